import { amount, readCount } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";
import { decodeShort, decodeUtf8, isUtf8 } from "./utf8.ts";

/** A string: its length in bytes as 64 bits, then its UTF-8 without a terminator. */
export async function readString(cursor: Cursor, maxBytes: number): Promise<string> {
  await cursor.need(8);
  const length = cursor.count();
  cursor.check(length, `claims a string of ${amount(length)} bytes`);
  if (length > maxBytes) cursor.fail("TOO_LARGE", `a string of ${length} bytes, at most ${maxBytes} are allowed`);
  await cursor.need(length);
  return decodeUtf8(cursor.bytes(length)) ?? cursor.fail("INVALID_UTF8", "the string is not valid UTF-8");
}

/**
 * `count` strings one after the other, checked now and decoded when the function that comes back is called: vocabularies
 * have hundreds of thousands, and a program that only computes needs none. It waits only between windows.
 */
export async function readStrings(cursor: Cursor, count: number, maxBytes: number): Promise<() => string[]> {
  const { place, littleEndian } = cursor;
  const parts: (Uint8Array | string)[] = [];
  for (let found = 0; ;) {
    const valid = checkStrings(cursor.ahead(), littleEndian, count - found, maxBytes);
    if (valid.count > 0) parts.push(new Uint8Array(cursor.bytes(valid.bytes)));
    found += valid.count;
    if (found === count) break;
    // The next one reaches past the window, or is not valid, which this says.
    cursor.place = `${place}[${found++}]`;
    parts.push(await readString(cursor, maxBytes));
    cursor.place = place;
  }
  return () => parts.flatMap((part) => (typeof part === "string" ? [part] : decodeStrings(part, littleEndian)));
}

/** How many strings, up to a number, end within the bytes and are valid, and where the last of them ends. */
function checkStrings(bytes: Uint8Array, littleEndian: boolean, most: number, maxBytes: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let [count, at] = [0, 0];
  while (count < most && at + 8 <= bytes.length) {
    const length = readCount(view, at, littleEndian);
    const end = at + 8 + length;
    if (end > bytes.length || length > maxBytes || !isUtf8(bytes, at + 8, end)) break;
    count++;
    at = end;
  }
  return { count, bytes: at };
}

/** All strings of bytes that were checked. */
function decodeStrings(bytes: Uint8Array, littleEndian: boolean): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const strings: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + 8;
    at = start + readCount(view, at, littleEndian);
    strings.push(decodeShort(bytes, start, at) ?? decodeUtf8(bytes.subarray(start, at))!);
  }
  return strings;
}
