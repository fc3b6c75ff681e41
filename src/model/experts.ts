import type { Operations, Value } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import { feedForward } from "./feed-forward.ts";
import type { ExpertLayerWeights } from "./weights.ts";

/**
 * Mixture of experts in place of a feed-forward network (Jiang et al. 2024, "Mixtral", §2.1): a router chooses a few of
 * many networks for each token. Some models have one more that always takes part (DeepSeek-AI 2024, arXiv 2401.06066).
 * @param x the layer's normalised input. [tokens, width]
 * @returns what is added to the residual stream. [tokens, width]
 */
export function experts(
  ops: Operations,
  x: Value,
  weights: ExpertLayerWeights,
  config: ModelConfig,
  layer: number,
): Value {
  const { activation = "silu", experts: routing = {} } = config.variant;
  const name = `layer.${layer}.feed_forward`;

  const logits = ops.named(`${name}.router`, ops.linear(weights.ffn_gate_inp, x)); // [tokens, experts]
  const shares = ops.route(logits, weights.exp_probs_b, {
    gating: routing.gating ?? "softmax",
    used: config.expertsUsed,
    normalize: routing.normalize ?? true,
    scale: routing.scale === undefined || routing.scale === 0 ? 1 : routing.scale,
    groups: Math.max(1, config.expertGroups),
    groupsUsed: Math.max(1, config.expertGroupsUsed),
  });
  ops.named(`${name}.expert_weights`, shares);
  const { weighInput = false } = routing;
  const hidden = ops.expertHidden(x, shares, weights.projections, {
    activation: activation === "siluClamped" ? "swigluClamped" : "swiglu",
    weighInput,
    used: config.expertsUsed,
  }); // [tokens, used · expert length]
  ops.named(`${name}.expert_hidden`, hidden);
  const mixed = ops.expertSum(hidden, shares, weights.projections.down, !weighInput);
  if (weights.shared === undefined) return mixed;

  const shared = feedForward(ops, x, weights.shared, config, `${name}.shared`);
  const gate = weights.ffn_gate_inp_shexp;
  return ops.add(mixed, gate === undefined ? shared : ops.sigmoidGate(shared, ops.linear(gate, x)));
}
