import type { Operations, Value } from "../tensor/index.ts";
import type { LayerWeights } from "./weights.ts";

/**
 * The gated feed-forward network, SwiGLU (Shazeer 2020, eq. 6): down · (silu(gate · x) ⊙ (up · x)).
 * @param x the layer's normalised input. [tokens, width]
 * @returns what is added to the residual stream. [tokens, width]
 */
export function feedForward(ops: Operations, x: Value, weights: LayerWeights, layer: number): Value {
  const gate = ops.linear(weights.ffn_gate, x); // [tokens, feedForwardLength]
  const up = ops.linear(weights.ffn_up, x); // [tokens, feedForwardLength]
  const hidden = ops.named(`layer.${layer}.feed_forward.hidden`, ops.swiglu(gate, up));
  return ops.linear(weights.ffn_down, hidden);
}
