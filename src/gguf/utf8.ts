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

/**
 * Whether a range of bytes is strict UTF-8: no overlong form, no half of a surrogate pair, nothing past U+10FFFF.
 * Source: Unicode 17, table 3-7
 */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const lead = bytes[i];
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    const more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (i + more >= end) return false;
    const second = bytes[i + 1];
    if (second < (secondFrom.get(lead) ?? 0x80) || second > (secondTo.get(lead) ?? 0xbf)) return false;
    for (let k = 2; k <= more; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return false;
    i += more;
  }
  return true;
}

/** Where the second byte's range is narrower than 0x80 to 0xbf, by the first. */
const secondFrom = new Map([
  [0xe0, 0xa0],
  [0xf0, 0x90],
]);
const secondTo = new Map([
  [0xed, 0x9f],
  [0xf4, 0x8f],
]);

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
