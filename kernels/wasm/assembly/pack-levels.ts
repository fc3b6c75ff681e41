/** Packing of the formats whose nibbles number levels. */
import { groupBytes, headerBytes, IQ4_XS, MXFP4 } from "./packed";
import { single } from "./simd";

/** As `pack` of these formats: answers the first block with an infinite or NaN scale, or −1. */
export function packLevels(format: i32, src: usize, rows: i32, columns: i32, dst: usize): i32 {
  const groups = format == IQ4_XS ? 8 : 1;
  const blocks = columns / (32 * groups);
  const blockBytes: usize = format == IQ4_XS ? 136 : format == MXFP4 ? 17 : 18;
  const size = headerBytes(format) + <usize>groups * groupBytes(format);
  let bad = i32.MAX_VALUE;
  for (let row = 0; row < rows; row += 4) {
    const lanes = min(4, rows - row);
    if (lanes < 4) memory.fill(dst, 0, <usize>blocks * size);
    for (let block = 0; block < blocks; block++, dst += size) {
      for (let r = 0; r < lanes; r++) {
        const index = (row + r) * blocks + block;
        const from = src + <usize>index * blockBytes;
        if (format == MXFP4) {
          const e = load<u8>(from);
          if (e > 252) bad = min(bad, index);
          store<u8>(dst + 64 + r, e);
        } else {
          const d = load<u16>(from);
          if ((d & 0x7c00) == 0x7c00) bad = min(bad, index);
          if (format == IQ4_XS) store<f32>(dst + 4 * r, single(d));
          else store<u16>(dst + 64 + 2 * r, d);
        }
        let group = dst + headerBytes(format), qs = from + (format == IQ4_XS ? 8 : blockBytes - 16);
        for (let g = 0; g < groups; g++, group += groupBytes(format), qs += 16) {
          for (let j = 0; j < 4; j++) store<u32>(group + 4 * r + 16 * j, load<u32>(qs + 4 * j));
          if (format == IQ4_XS) {
            const low = (<i32>load<u8>(from + 4 + (g >> 1)) >> (4 * (g & 1))) & 15;
            const upper = (<i32>load<u16>(from + 2) >> (2 * g)) & 3;
            store<i8>(group + 64 + r, <i8>((low | (upper << 4)) - 32));
          }
        }
      }
    }
  }
  return bad == i32.MAX_VALUE ? -1 : bad;
}
