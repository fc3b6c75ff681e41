// A byte order mark is part of the text: dropping it would change the bytes that are written back.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes strict UTF-8; undefined where the bytes are not. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const codes: number[] = [];

/**
 * Decodes a range of bytes if it is short and its characters have one or two bytes, as most tokens' do: a call of the
 * decoder costs more than that. All characters become a text at once: added one by one they would stay a rope in
 * JavaScriptCore, an object for each.
 * @returns undefined for other ranges
 */
export function decodeShort(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 16) return undefined;
  codes.length = 0;
  for (let i = start; i < end; i++) {
    let code = bytes[i];
    if (code >= 0x80) {
      const next = ++i < end ? bytes[i] : 0;
      if (code < 0xc2 || code > 0xdf || (next & 0xc0) !== 0x80) return undefined;
      code = ((code & 0x1f) << 6) | (next & 0x3f);
    }
    codes.push(code);
  }
  return String.fromCharCode(...codes);
}
