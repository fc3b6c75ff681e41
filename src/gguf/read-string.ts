import { amount, readCount } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { decodeShort, decodeUtf8 } from "./utf8.ts";

/** A string: its length in bytes as 64 bits, then its UTF-8 without a terminator. */
export async function readString(cursor: Cursor, maxBytes: number): Promise<string> {
  await cursor.need(8);
  const length = cursor.count();
  cursor.check(length, `claims a string of ${amount(length)} bytes`);
  if (length > maxBytes) cursor.fail("TOO_LARGE", `a string of ${length} bytes, at most ${maxBytes} are allowed`);
  await cursor.need(length);
  return decodeUtf8(cursor.bytes(length)) ?? cursor.fail("INVALID_UTF8", "the string is not valid UTF-8");
}

/** `count` strings one after the other: vocabularies have hundreds of thousands, so it waits only between windows. */
export async function readStrings(cursor: Cursor, count: number, maxBytes: number): Promise<string[]> {
  const place = cursor.place;
  const strings: string[] = [];
  while (strings.length < count) {
    readWindow(cursor, count, maxBytes, strings);
    if (strings.length === count) break;
    // The next one reaches past the window, or is not valid, which this says.
    cursor.place = `${place}[${strings.length}]`;
    strings.push(await readString(cursor, maxBytes));
    cursor.place = place;
  }
  return strings;
}

/** Adds the strings that end within the window, up to `count` in all, and up to the first that is not valid. */
function readWindow(cursor: Cursor, count: number, maxBytes: number, strings: string[]): void {
  const window = cursor.ahead();
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  let at = 0;
  while (strings.length < count && at + 8 <= window.length) {
    const length = readCount(view, at, cursor.littleEndian);
    const end = at + 8 + length;
    if (end > window.length || length > maxBytes) break;
    const text = decodeShort(window, at + 8, end) ?? decodeUtf8(window.subarray(at + 8, end));
    if (text === undefined) break;
    strings.push(text);
    at = end;
  }
  cursor.bytes(at);
}
