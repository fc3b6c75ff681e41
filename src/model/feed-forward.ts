import type { Operations, Value } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import type { FeedForwardWeights } from "./weights.ts";

/**
 * The feed-forward network: down · (act(gate · x) ⊙ (up · x)), as SwiGLU (Shazeer 2020, eq. 6), or without a gate
 * down · act(up · x).
 * @param x the layer's normalised input. [tokens, width]
 * @param name of the network, before the names of its parts
 * @returns what is added to the residual stream. [tokens, width]
 */
export function feedForward(
  ops: Operations,
  x: Value,
  { ffn_gate, ffn_up, ffn_down }: FeedForwardWeights,
  { variant: { activation = "silu" } }: ModelConfig,
  name: string,
): Value {
  const gate = ffn_gate === undefined ? undefined : ops.linear(ffn_gate, x); // [tokens, feedForwardLength]
  const up = ops.linear(ffn_up, x); // [tokens, feedForwardLength]
  let hidden: Value;
  if (gate !== undefined) hidden = activation === "gelu" ? ops.gegluHalf(gate, up) : ops.swiglu(gate, up);
  else hidden = activation === "reluSquared" ? ops.reluSquared(up) : ops.geluHalf(up);
  return ops.linear(ffn_down, ops.named(`${name}.hidden`, hidden));
}
