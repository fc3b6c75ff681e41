import { formatByName } from "../../kernels/formats/index.ts";
import { ModelError } from "../errors.ts";
import type { Gguf } from "../gguf/index.ts";
import type { Rotary } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";

/**
 * The rotary embedding of a model, with the frequency factors (Llama 3's) that some files hold as a tensor.
 * @throws ModelError `BAD_TENSOR` for factors of the wrong number or type
 */
export async function readRotary(gguf: Gguf, config: ModelConfig): Promise<Rotary> {
  const { rope, keyLength } = config;
  const { base, scaling, factor, originalContextLength, attentionFactor } = rope;
  return {
    headLength: keyLength,
    rotaryLength: rope.length,
    pairing: rope.pairing,
    angles: {
      pairs: rope.length / 2,
      base,
      scaling: { type: scaling, factor, originalContextLength },
      factors: await readFactors(gguf, rope.length / 2),
      attentionFactor,
    },
  };
}

/** The divisors of the pairs' frequencies: one tensor for all layers, or none. [pairs] */
async function readFactors(gguf: Gguf, pairs: number): Promise<Float32Array | undefined> {
  const info = gguf.tensors.get("rope_freqs.weight");
  if (info === undefined) return undefined;
  const format = formatByName(info.dtype.name);
  if (format?.blockLength !== 1 || info.shape[0] !== pairs) {
    const found = `${info.dtype.name} of shape [${info.shape.join(", ")}]`;
    throw new ModelError("BAD_TENSOR", `tensor "rope_freqs.weight" is ${found}, expected plain numbers, [${pairs}]`);
  }
  const factors = new Float32Array(pairs);
  format.unpack(await gguf.readTensor(info), 0, pairs, factors, 0);
  return factors;
}
