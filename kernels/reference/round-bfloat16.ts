import { bfloat16ToSingle, singleToBfloat16 } from "../formats/index.ts";

/** out = x rounded to bfloat16, to nearest, ties to even: what a cache of bfloat16 keeps of keys and values. */
export function roundToBfloat16(x: Float32Array, out: Float32Array): void {
  for (let i = 0; i < x.length; i++) out[i] = bfloat16ToSingle(singleToBfloat16(x[i]));
}
