import { ModelError } from "../errors.ts";
import type { NormName } from "./architectures/index.ts";
import type { ModelConfig } from "./config.ts";
import type { TensorLoader } from "./tensor-loader.ts";
import type { LayerNorms, Norm } from "./weights.ts";

/** The norms of a layer that its architecture has. */
export async function loadNorms(loader: TensorLoader, config: ModelConfig, layer: number): Promise<LayerNorms> {
  const { norms = ["attn_norm", "ffn_norm"], normNames = {} } = config.variant;
  const loaded: Partial<Record<NormName, Norm>> = {};
  for (const name of norms) {
    const file = `blk.${layer}.${normNames[name] ?? name}`;
    loaded[name] =
      name === "attn_q_norm" || name === "attn_k_norm"
        ? await loadHeadNorm(loader, config, layer, name)
        : await loadNorm(loader, config, file);
  }
  return loaded;
}

/** A norm of the residual's width. */
export async function loadNorm(loader: TensorLoader, config: ModelConfig, name: string): Promise<Norm> {
  const { width, variant } = config;
  if (variant.plainNorms === true) return { weight: await loader.loadOnes(width) };
  return {
    weight: await loader.load(`${name}.weight`, 1, width),
    bias: await loader.loadIfThere(`${name}.bias`, 1, width),
  };
}

/** A norm of queries or keys: of each head, with one weight for all heads or one for each, or of all heads at once. */
async function loadHeadNorm(loader: TensorLoader, config: ModelConfig, layer: number, part: NormName): Promise<Norm> {
  const { heads, kvHeads } = config.perLayer[layer];
  const count = part === "attn_q_norm" ? heads : kvHeads;
  const name = `blk.${layer}.${part}`;
  const [columns = 1, rows = 1] = loader.info(`${name}.weight`).shape;
  const fits =
    (columns === config.keyLength && (rows === 1 || rows === count)) ||
    (columns === count * config.keyLength && rows === 1);
  if (!fits) {
    const wanted = `[${config.keyLength}], [${config.keyLength}, ${count}] or [${count * config.keyLength}]`;
    throw new ModelError("BAD_TENSOR", `tensor "${name}.weight" has shape [${columns}, ${rows}], expected ${wanted}`);
  }
  return {
    weight: await loader.load(`${name}.weight`, rows, columns),
    bias: await loader.loadIfThere(`${name}.bias`, rows, columns),
  };
}
