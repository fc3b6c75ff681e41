import type { Operations, Rotary, Value } from "../tensor/index.ts";
import { attention } from "./attention.ts";
import type { ModelConfig } from "./config.ts";
import { experts } from "./experts.ts";
import { feedForward } from "./feed-forward.ts";
import { latentAttention } from "./latent-attention.ts";
import type { LatentConfig } from "./latent-config.ts";
import { normalise } from "./norm.ts";
import { output } from "./output.ts";
import type { ModelWeights } from "./weights.ts";

/** What the forward pass needs besides weights. */
export interface ForwardConfig {
  readonly config: ModelConfig;
  /** How each layer rotates queries and keys; undefined for layers that don't. [layers] */
  readonly rotaries: readonly (Rotary | undefined)[];
  /** Of models with latent attention. */
  readonly latent: LatentConfig | undefined;
}

/**
 * The forward pass of a LLaMA (Touvron et al. 2023 §2.2): tokens in, logits out. Every runtime, kernel set and number
 * of threads runs this one function; what differs lies below the operations. Other architectures are LLaMAs with a few
 * differences, which `config.variant` tells; a norm or scale that an architecture does not have leaves its input as it is.
 *
 * Shapes: x is the residual stream, [tokens, width]. The result is [outputs, vocabulary]: logits are computed only
 * for the tokens whose next token is wanted.
 */
export function llama(ops: Operations, weights: ModelWeights, { config, rotaries, latent }: ForwardConfig): Value {
  const { variant } = config;
  const scale = (x: Value, factor = 1) => (factor === 1 ? x : ops.scale(x, factor));

  let x = scale(ops.embed(weights.token_embd), variant.embeddingScale);
  if (weights.position_embd !== undefined) x = ops.add(x, ops.embedPositions(weights.position_embd));
  ops.named("embedding", x);

  weights.layers.forEach((layer, i) => {
    const { norms } = layer;
    const attentionInput = ops.named(`layer.${i}.attention.input`, normalise(ops, x, norms.attn_norm, config));
    const mixed =
      layer.attention.kind === "latent"
        ? latentAttention(ops, attentionInput, layer.attention, config, latent!, rotaries[i]!, i)
        : attention(ops, attentionInput, layer.attention, norms, config, rotaries[i], i);
    const attended = scale(normalise(ops, mixed, norms.post_attention_norm, config), variant.residualScale);
    const afterAttention = ops.add(x, ops.named(`layer.${i}.attention.output`, attended));

    // In parallel models both read the same residual, often by the same norm.
    const shared = variant.parallel === true;
    const feedForwardInput =
      shared && norms.ffn_norm === undefined
        ? attentionInput
        : normalise(ops, shared ? x : afterAttention, norms.ffn_norm, config);
    ops.named(`layer.${i}.feed_forward.input`, feedForwardInput);
    const processed =
      layer.feedForward !== undefined
        ? feedForward(ops, feedForwardInput, layer.feedForward, config, `layer.${i}.feed_forward`)
        : experts(ops, feedForwardInput, layer.experts!, config, i);
    const fed = scale(normalise(ops, processed, norms.post_ffw_norm, config), variant.residualScale);
    x = ops.named(`layer.${i}.residual`, ops.add(afterAttention, ops.named(`layer.${i}.feed_forward.output`, fed)));
  });

  return output(ops, x, weights, config);
}
