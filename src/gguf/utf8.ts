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
 * Decodes a range of bytes if it is short and ASCII, as most tokens are: a call of the decoder costs more than that.
 * @returns undefined for other ranges
 */
export function decodeShortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 16) return undefined;
  let text = "";
  for (let i = start; i < end; i++) {
    if (bytes[i] >= 0x80) return undefined;
    text += String.fromCharCode(bytes[i]);
  }
  return text;
}
