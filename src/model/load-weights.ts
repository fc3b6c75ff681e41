import type { Gguf } from "../gguf/index.ts";
import type { Backend } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import { loadAttention, loadLatentAttention } from "./load-attention.ts";
import { loadExperts, loadFeedForward } from "./load-feed-forward.ts";
import { loadNorms } from "./load-norms.ts";
import { loadOutput } from "./output.ts";
import { projectionLoader } from "./load-projection.ts";
import type { LatentConfig } from "./latent-config.ts";
import { type LoadingOptions, TensorLoader } from "./tensor-loader.ts";
import type { LayerWeights, ModelWeights } from "./weights.ts";

/** Tensors without use for the forward pass: of rotation (read elsewhere), scales, classifiers, layers for speculation. */
const ignored = /^rope_(freqs|factors_long|factors_short)\.|\.(input_)?scale$|^(cls|dense_)|rot_embd|\.nextn\./;

/**
 * Brings all weights to the backend, a tensor at a time.
 * @throws ModelError `MISSING_TENSOR`, `BAD_TENSOR` (a wrong shape), `UNKNOWN_TENSOR`, and what `Backend.loadWeight` throws
 */
export async function loadWeights(
  gguf: Gguf,
  config: ModelConfig,
  latent: LatentConfig | undefined,
  backend: Backend,
  options: LoadingOptions = {},
): Promise<ModelWeights> {
  const { vocabularySize, width, variant } = config;
  const loader = new TensorLoader(gguf, backend, options);
  const projection = projectionLoader(loader, variant);

  const token_embd = await loader.load("token_embd.weight", vocabularySize, width);
  const position_embd =
    variant.learnedPositions === true
      ? await loader.load("position_embd.weight", config.contextLength, width)
      : undefined;
  const layers: LayerWeights[] = [];
  for (let i = 0; i < config.layers; i++) {
    const feedForward = await loadFeedForward(loader, projection, config, i);
    layers.push({
      norms: await loadNorms(loader, config, i),
      attention:
        latent === undefined
          ? await loadAttention(loader, projection, config, i)
          : await loadLatentAttention(loader, projection, config, latent, i),
      feedForward,
      experts: feedForward === undefined ? await loadExperts(loader, projection, config, i) : undefined,
    });
  }
  const { output_norm, output } = await loadOutput(loader, projection, config, () => token_embd);
  loader.finish(new RegExp(`${ignored.source}|^blk\\.(${skippedLayers(gguf, config)})\\.`));
  return { token_embd, position_embd, layers, output_norm, output };
}

/** The layers behind those of the forward pass, for multi-token prediction, as a pattern. */
function skippedLayers(gguf: Gguf, { architecture, layers }: ModelConfig): string {
  const all = gguf.metadata.number(`${architecture}.block_count`);
  return Array.from({ length: Math.min(all - layers, 64) }, (_, i) => layers + i).join("|") || "none";
}
