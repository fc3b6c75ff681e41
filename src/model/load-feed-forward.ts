import { ModelError } from "../errors.ts";
import type { ExpertProjection } from "../tensor/index.ts";
import type { ModelConfig } from "./config.ts";
import type { LoadProjection } from "./load-projection.ts";
import { type TensorLoader, checkShape } from "./tensor-loader.ts";
import type { ExpertLayerWeights, FeedForwardWeights } from "./weights.ts";

/** The feed-forward network of a layer, undefined where the layer has experts instead. */
export async function loadFeedForward(
  loader: TensorLoader,
  projection: LoadProjection,
  config: ModelConfig,
  layer: number,
): Promise<FeedForwardWeights | undefined> {
  if (loader.has(`blk.${layer}.ffn_gate_inp.weight`)) return undefined;
  return loadNetwork(loader, projection, config, `blk.${layer}.`, "", config.perLayer[layer].feedForwardLength);
}

/** Gate, up and down. A file may hold gate and up as one tensor, under the name of up. */
async function loadNetwork(
  loader: TensorLoader,
  projection: LoadProjection,
  { width, variant }: ModelConfig,
  prefix: string,
  suffix: string,
  length: number,
): Promise<FeedForwardWeights> {
  const name = (part: string) => `${prefix}ffn_${part}${suffix}`;
  const isGated = variant.gated ?? true;
  const isFused = isGated && !loader.has(`${name("gate")}.weight`) && loader.has(`${name("up")}.weight`);
  if (isFused) checkShape(loader.info(`${name("up")}.weight`), 2 * length, width);
  const part = (tensor: string, firstRow: number) =>
    projection(name(tensor), length, width, isFused ? { tensor: name("up"), firstRow } : undefined);
  return {
    ffn_gate: isGated ? await part("gate", 0) : undefined,
    ffn_up: await part("up", isFused ? length : 0),
    ffn_down: await projection(name("down"), width, length),
  };
}

/** The experts of a layer with their router, and the shared expert where the file has one. */
export async function loadExperts(
  loader: TensorLoader,
  projection: LoadProjection,
  config: ModelConfig,
  layer: number,
): Promise<ExpertLayerWeights> {
  const { width } = config;
  const name = (part: string) => `blk.${layer}.${part}`;
  const [, count = 1] = loader.info(name("ffn_gate_inp.weight")).shape;
  checkChoice(config, count, layer);
  const [length = 1] = loader.info(name("ffn_down_exps.weight")).shape;
  const fused = loader.has(name("ffn_gate_up_exps.weight"));
  if (fused) checkShape(loader.info(name("ffn_gate_up_exps.weight")), count * 2 * length, width);
  const expert = (part: string, rows: number, columns: number) =>
    loadExpert(loader, config, name(part), count, rows, columns);
  const half = async (part: string, place: number): Promise<ExpertProjection> => {
    const pieces = Array.from({ length: count }, (_, e) => ({
      first: (2 * e + place) * length * width,
      count: length * width,
    }));
    const of = name("ffn_gate_up_exps.weight");
    return { weight: await loader.part(name(`${part}.weight`), of, count * length, width, pieces) };
  };

  const shared = loader.has(name("ffn_up_shexp.weight"));
  const sharedLength = shared ? (loader.info(name("ffn_up_shexp.weight")).shape[1] ?? 1) : 0;
  return {
    ffn_gate_inp: await projection(name("ffn_gate_inp"), count, width),
    exp_probs_b: await loader.loadIfThere(name("exp_probs_b.bias"), 1, count),
    projections: {
      gate: fused ? await half("ffn_gate_exps", 0) : await expert("ffn_gate_exps", length, width),
      up: fused ? await half("ffn_up_exps", 1) : await expert("ffn_up_exps", length, width),
      down: await expert("ffn_down_exps", width, length),
    },
    shared: shared ? await loadNetwork(loader, projection, config, `blk.${layer}.`, "_shexp", sharedLength) : undefined,
    ffn_gate_inp_shexp: loader.has(name("ffn_gate_inp_shexp.weight"))
      ? await projection(name("ffn_gate_inp_shexp"), 1, width)
      : undefined,
  };
}

/** @throws ModelError `BAD_CONFIG` where the experts to be chosen are not there */
function checkChoice({ expertsUsed, expertGroups, expertGroupsUsed }: ModelConfig, count: number, layer: number): void {
  const refuse = (what: string) => {
    throw new ModelError("BAD_CONFIG", `layer ${layer} has ${count} experts, ${what}`);
  };
  if (expertsUsed < 1 || expertsUsed > count) refuse(`of which ${expertsUsed} are used`);
  if (expertGroups <= 1) return;
  if (count % expertGroups !== 0) refuse(`in ${expertGroups} groups`);
  if (
    expertGroupsUsed < 1 ||
    expertGroupsUsed > expertGroups ||
    (count / expertGroups) * expertGroupsUsed < expertsUsed
  )
    refuse(`of which ${expertsUsed} are used from ${expertGroupsUsed} of ${expertGroups} groups`);
}

/** One matrix of all experts, with the scales and biases that the file may have for it. */
async function loadExpert(
  loader: TensorLoader,
  { variant }: ModelConfig,
  name: string,
  count: number,
  rows: number,
  columns: number,
): Promise<ExpertProjection> {
  const weight = await loader.load(`${name}.weight`, count * rows, columns);
  const isScaled = variant.expertScales === true || weight.dtype.name === "NVFP4";
  return {
    weight,
    scale: isScaled ? await loader.loadIfThere(`${name}.scale`, 1, count) : undefined,
    bias: await loader.loadIfThere(`${name}.bias`, count, rows),
  };
}
