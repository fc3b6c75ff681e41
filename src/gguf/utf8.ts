import { amount } from "./cursor.ts";
import type { Cursor } from "./cursor.ts";

// A byte order mark is part of the text: dropping it would change the bytes that are written back.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes strict UTF-8, or undefined where the bytes are not. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** A string: its length in bytes as 64 bits, then its UTF-8 without a terminator. */
export async function readString(cursor: Cursor, maxBytes: number): Promise<string> {
  await cursor.need(8);
  const length = checkLength(cursor, cursor.count(), maxBytes);
  await cursor.need(length);
  return decodeOrFail(cursor, cursor.bytes(length));
}

/** `count` strings one after the other. Waits only at the end of a window: vocabularies have hundreds of thousands. */
export async function readStrings(cursor: Cursor, count: number, maxBytes: number): Promise<string[]> {
  const place = cursor.place;
  const strings: string[] = [];
  for (let i = 0; i < count; i++) {
    if (!cursor.has(8)) await cursor.need(8);
    const length = cursor.count();
    if (!cursor.has(length)) {
      cursor.place = `${place}[${i}]`;
      await cursor.need(checkLength(cursor, length, maxBytes));
    }
    const bytes = cursor.bytes(length);
    const text = decodeShortAscii(bytes) ?? decodeUtf8(bytes);
    if (text === undefined) {
      cursor.place = `${place}[${i}]`;
      decodeOrFail(cursor, bytes);
    } else strings.push(text);
  }
  cursor.place = place;
  return strings;
}

function checkLength(cursor: Cursor, length: number, maxBytes: number): number {
  cursor.check(length, `claims a string of ${amount(length)} bytes`);
  if (length > maxBytes) cursor.fail("TOO_LARGE", `a string of ${length} bytes, at most ${maxBytes} are allowed`);
  return length;
}

function decodeOrFail(cursor: Cursor, bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? cursor.fail("INVALID_UTF8", "the string is not valid UTF-8");
}

/** Most tokens are a few ASCII characters, for which the call of the decoder costs more than the decoding. */
function decodeShortAscii(bytes: Uint8Array): string | undefined {
  if (bytes.length > 16) return undefined;
  let text = "";
  for (const byte of bytes) {
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
