import type { Operations, Rotary, Value } from "../tensor/index.ts";
import { attention } from "./attention.ts";
import type { ModelConfig } from "./config.ts";
import { feedForward } from "./feed-forward.ts";
import type { ModelWeights } from "./weights.ts";

/**
 * The forward pass of a LLaMA (Touvron et al. 2023 §2.2): tokens in, logits out. Every runtime, kernel set and number
 * of threads runs this one function; what differs lies below the operations.
 *
 * Shapes: x is the residual stream, [tokens, width]. The result is [outputs, vocabulary]: logits are computed only
 * for the tokens whose next token is wanted.
 */
export function llama(ops: Operations, weights: ModelWeights, config: ModelConfig, rotary: Rotary): Value {
  let x = ops.named("embedding", ops.embed(weights.token_embd));

  weights.layers.forEach((layer, i) => {
    const attentionInput = ops.named(`layer.${i}.attention.input`, ops.rmsNorm(x, layer.attn_norm, config.epsilon));
    const attended = ops.named(`layer.${i}.attention.output`, attention(ops, attentionInput, layer, config, rotary, i));
    x = ops.add(x, attended);

    const feedForwardInput = ops.named(`layer.${i}.feed_forward.input`, ops.rmsNorm(x, layer.ffn_norm, config.epsilon));
    const fed = ops.named(`layer.${i}.feed_forward.output`, feedForward(ops, feedForwardInput, layer, i));
    x = ops.named(`layer.${i}.residual`, ops.add(x, fed));
  });

  const last = ops.named("output.input", ops.rmsNorm(ops.outputs(x), weights.output_norm, config.epsilon));
  return ops.named("logits", ops.linear(weights.output, last));
}
