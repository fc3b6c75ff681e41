import { ModelError } from "../errors.ts";
import type { Metadata } from "../gguf/index.ts";
import type { Architecture } from "./architectures/index.ts";
import type { RopeConfig } from "./config.ts";

const scalings = ["none", "linear", "yarn", "longrope"] as const;

/**
 * Reads how positions rotate queries and keys.
 * @throws ModelError `BAD_CONFIG` for an unknown scaling
 */
export function readRope(
  metadata: Metadata,
  architecture: string,
  variant: Architecture,
  headLength: number,
): RopeConfig {
  const key = (name: string) => `${architecture}.rope.${name}`;
  const number = (name: string, fallback: number) => metadata.number(key(name), fallback);
  const factor = number("scaling.factor", number("scale_linear", 0)) || 1;
  // A factor without a type is linear: the files of before the type existed.
  const type = metadata.string(key("scaling.type"), "linear");
  const scaling = scalings.find((known) => known === type);
  if (scaling === undefined) {
    throw new ModelError("BAD_CONFIG", `${key("scaling.type")} is "${type}"; known: ${scalings.join(", ")}`);
  }
  return {
    pairing: variant.rope === "halves" ? "halves" : "adjacent",
    length: number("dimension_count", headLength),
    base: variant.ropeBase ?? number("freq_base", 10000),
    // A longrope's factors are tensors; its stretching, if any, is linear.
    scaling: scaling === "linear" && factor === 1 ? "none" : scaling,
    factor: scaling === "none" ? 1 : factor,
    originalContextLength: number("scaling.original_context_length", metadata.number(`${architecture}.context_length`)),
    attentionFactor: number("scaling.attn_factor", 1),
    betaFast: number("scaling.yarn_beta_fast", 32),
    betaSlow: number("scaling.yarn_beta_slow", 1),
  };
}
