import type { Operations, Value, Weight } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import { loadNorm } from "./load-norms.ts";
import type { LoadProjection } from "./load-projection.ts";
import { normalise } from "./norm.ts";
import type { TensorLoader } from "./tensor-loader.ts";
import type { ModelWeights } from "./weights.ts";

/** The weights between the residual stream and the logits. */
export type OutputWeights = Pick<ModelWeights, "output_norm" | "output">;

/**
 * The end of the forward pass: from the residual stream to the scores of the next token.
 * @param x [tokens, width]
 * @returns [outputs, vocabulary]: only for the tokens whose next token is wanted
 */
export function output(ops: Operations, x: Value, weights: OutputWeights, config: ModelConfig): Value {
  const { logitScale = 1, finalSoftCap } = config.variant;
  const last = ops.named("output.input", normalise(ops, ops.outputs(x), weights.output_norm, config));
  const products = ops.linear(weights.output, last);
  const logits = logitScale === 1 ? products : ops.scale(products, logitScale);
  return ops.named("logits", finalSoftCap === undefined ? logits : ops.softCap(logits, finalSoftCap));
}

/**
 * Loads them.
 * @param embedding gives the matrix that serves where the file has no other ("tied")
 */
export async function loadOutput(
  loader: TensorLoader,
  projection: LoadProjection,
  config: ModelConfig,
  embedding: () => Weight | Promise<Weight>,
): Promise<OutputWeights> {
  const { vocabularySize, width } = config;
  const output_norm = await loadNorm(loader, config, "output_norm");
  if (loader.has("output.weight")) return { output_norm, output: await projection("output", vocabularySize, width) };
  const bias = await loader.loadIfThere("output.bias", 1, vocabularySize);
  return { output_norm, output: { weight: await embedding(), bias } };
}
