/** FNV-1a over the 32-bit words of numbers, NaNs made equal, since their bits may differ; begin with 0x811c9dc5. */
export function fingerprint(hash, values) {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < words.length; i++)
    hash = Math.imul(hash ^ (values[i] === values[i] ? words[i] : 0x7fc00000), 0x01000193);
  return hash >>> 0;
}
