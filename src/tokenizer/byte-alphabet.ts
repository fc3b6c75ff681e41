/**
 * GPT-2's way to write any byte as a printable character: bytes that are visible in Latin-1 stand for themselves, the
 * others follow from U+0100 on. Source: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019),
 * `bytes_to_unicode` of its code.
 */

/** byte → UTF-16 unit */
export const byteToUnit: Uint16Array = buildAlphabet();

/** UTF-16 unit → byte, for units below its length; −1: stands for no byte. */
export const unitToByte: Int16Array = invert(byteToUnit);

function buildAlphabet(): Uint16Array {
  const units = new Uint16Array(256);
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const visible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    units[byte] = visible ? byte : next++;
  }
  return units;
}

function invert(units: Uint16Array): Int16Array {
  const bytes = new Int16Array(Math.max(...units) + 1).fill(-1);
  units.forEach((unit, byte) => (bytes[unit] = byte));
  return bytes;
}

/**
 * The UTF-8 bytes of `text` from `start` to `end` (well-formed UTF-16) are written to `bytes`, which must have room
 * for three a unit. Returns their number.
 */
export function writeUtf8(text: string, start: number, end: number, bytes: Uint8Array): number {
  let length = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes[length++] = unit;
    } else if (unit < 0x800) {
      bytes[length++] = 0xc0 | (unit >> 6);
      bytes[length++] = 0x80 | (unit & 0x3f);
    } else if ((unit & 0xfc00) === 0xd800 && at + 1 < end) {
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(++at) & 0x3ff);
      bytes[length++] = 0xf0 | (point >> 18);
      bytes[length++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[length++] = 0x80 | (point & 0x3f);
    } else {
      bytes[length++] = 0xe0 | (unit >> 12);
      bytes[length++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[length++] = 0x80 | (unit & 0x3f);
    }
  }
  return length;
}
