import { log, type RopeOptions } from "../../kernels/reference/index.ts";
import { formatByName } from "../../kernels/formats/index.ts";
import { ModelError } from "../errors.ts";
import type { Gguf } from "../gguf/index.ts";
import type { Rotary } from "../tensor/index.ts";
import type { ModelConfig, RopeConfig } from "./config.ts";

/**
 * The rotary embedding of each layer, with the frequency factors that some files hold as tensors: Llama 3's for all
 * texts, LongRoPE's for texts up to the original context length or for longer ones.
 * @param contextLength the longest text that will be read: which of LongRoPE's factors are taken
 * @throws ModelError `BAD_TENSOR` for factors of the wrong number or type
 */
export async function readRotaries(
  gguf: Gguf,
  config: ModelConfig,
  contextLength: number,
): Promise<readonly (Rotary | undefined)[]> {
  const factors = await readFactors(gguf, config.rope, contextLength);
  const rotaries = new Map<RopeConfig, Rotary>();
  return config.perLayer.map(({ rope }) => {
    if (rope === undefined) return undefined;
    let rotary = rotaries.get(rope);
    if (rotary === undefined) {
      rotary = makeRotary(config, rope, factors);
      rotaries.set(rope, rotary);
    }
    return rotary;
  });
}

function makeRotary({ keyLength, variant }: ModelConfig, rope: RopeConfig, factors: Float32Array | undefined): Rotary {
  return {
    // Latent attention rotates a part that has been cut out of the head.
    headLength: variant.latent === true ? rope.length : keyLength,
    rotaryLength: rope.length,
    pairing: rope.pairing,
    angles: {
      pairs: rope.length / 2,
      base: rope.base,
      scaling: scalingOf(rope, variant.yarnLogMultiplier ?? 0, variant.latent === true),
      factors,
      attentionFactor: rope.attentionFactor,
    },
  };
}

function scalingOf(rope: RopeConfig, logMultiplier: number, isLatent: boolean): RopeOptions["scaling"] {
  const { scaling, factor, originalContextLength, betaFast, betaSlow } = rope;
  if (scaling !== "yarn") return factor === 1 ? { type: "none" } : { type: "linear", factor };
  // Where attention has a magnitude of its own already, only what is left of YaRN's is put on the rotated part.
  const stretch = factor <= 1 ? 0 : 0.1 * log(factor);
  const left = isLatent ? 1 : (1 + stretch) / (1 + logMultiplier * stretch);
  const magnitude = logMultiplier === 0 ? {} : { magnitude: left };
  return { type: "yarn", factor, originalContextLength, betaFast, betaSlow, ...magnitude };
}

/** The divisors of the pairs' frequencies: one tensor for all layers, or none. [pairs] */
async function readFactors(
  gguf: Gguf,
  { length, originalContextLength }: RopeConfig,
  contextLength: number,
): Promise<Float32Array | undefined> {
  const long = contextLength > originalContextLength ? "rope_factors_long.weight" : "rope_factors_short.weight";
  const info = gguf.tensors.get("rope_freqs.weight") ?? gguf.tensors.get(long);
  if (info === undefined) return undefined;
  const pairs = length / 2;
  const format = formatByName(info.dtype.name);
  if (format?.blockLength !== 1 || info.shape[0] !== pairs) {
    const found = `${info.dtype.name} of shape [${info.shape.join(", ")}]`;
    throw new ModelError("BAD_TENSOR", `tensor "${info.name}" is ${found}, expected plain numbers, [${pairs}]`);
  }
  const factors = new Float32Array(pairs);
  format.unpack(await gguf.readTensor(info), 0, pairs, factors, 0);
  return factors;
}
