import { InvalidArgumentError, ModelError } from "../../errors.ts";
import type { Gguf } from "../../gguf/index.ts";
import type { ModelConfig } from "../../model/index.ts";
import type { StructureChoice } from "./choose-structure.ts";

/**
 * Of these llama.cpp reads how long a head is; of the others it takes all heads together to be as wide as the residuals.
 * Source: `create_tensor_qkv` in src/models, llama.cpp 0c1e570
 */
const withFreeHeads = new Set(
  "llama mistral3 llama4 smollm3 arcee exaone glm4 seed_oss gpt-oss qwen3 qwen3moe gemma gemma2 gemma3 granite".split(
    " ",
  ),
);

/** @throws ModelError `UNSUPPORTED_PRUNING` */
export function checkArchitecture(
  { metadata }: Gguf,
  config: ModelConfig,
  { layers = [], kvHeads }: StructureChoice,
): void {
  const { architecture, variant } = config;
  if (kvHeads !== undefined && (variant.latent === true || (variant.alibi ?? 0) > 0)) {
    refuse(config, "its attention heads depend on each other or on their number");
  }
  if (kvHeads !== undefined && !withFreeHeads.has(architecture)) {
    refuse(config, "llama.cpp takes its heads together to be as wide as the model, so none can go");
  }
  const numbered = ["nextn_predict_layers", "leading_dense_block_count", "interleave_moe_layer_step"];
  for (const key of layers.length > 0 ? numbered : numbered.slice(0, 1)) {
    if (metadata.number(`${architecture}.${key}`, 0) > 0) refuse(config, `its layers are of several kinds (${key})`);
  }
}

/** @throws InvalidArgumentError */
export function checkChoice(config: ModelConfig, { layers = [], channels, kvHeads }: StructureChoice): void {
  if (layers.length === 0 && channels === undefined && kvHeads === undefined) {
    throw new InvalidArgumentError("nothing is to be removed");
  }
  checkPlaces("layers", layers, config.layers);
  const removed = new Set(layers);
  const lists = [
    ["channels", channels, "feedForwardLength"],
    ["key-value heads", kvHeads, "kvHeads"],
  ] as const;
  for (const [what, places, length] of lists) {
    if (places === undefined) continue;
    if (places.length !== config.layers) {
      throw new InvalidArgumentError(`${what} are chosen for ${places.length} layers, the model has ${config.layers}`);
    }
    const kept = config.perLayer.flatMap((layer, i) => (removed.has(i) ? [] : [{ ...layer, places: places[i] }]));
    for (const layer of kept) checkPlaces(`${what} of a layer`, layer.places, layer[length]);
    const isUniform = kept.every(
      (layer) =>
        layer.places.length === kept[0].places.length &&
        layer[length] === kept[0][length] &&
        layer.heads === kept[0].heads,
    );
    if (!isUniform) throw new InvalidArgumentError(`every layer must keep the same number of ${what}`);
  }
}

function checkPlaces(what: string, places: readonly number[], count: number): void {
  const isAscending = places.every(
    (place, i) => Number.isInteger(place) && place >= 0 && (i === 0 || place > places[i - 1]),
  );
  if (isAscending && (places.at(-1) ?? 0) < count && places.length < count) return;
  throw new InvalidArgumentError(`these ${what} can't be removed of ${count}: ${places.slice(0, 8).join(", ")}`);
}

function refuse({ architecture }: ModelConfig, reason: string): never {
  throw new ModelError("UNSUPPORTED_PRUNING", `this ${architecture} model can't be pruned so: ${reason}`);
}

/** The layers that stay must be what they were: some architectures decide by a layer's place what it does. */
export function checkSame(config: ModelConfig, choice: StructureChoice, pruned: ModelConfig): void {
  const removed = new Set(choice.layers);
  const describe = ({ variant, rope, perLayer, keyLength, valueLength }: ModelConfig) =>
    JSON.stringify([variant, rope, keyLength, valueLength, perLayer.map(({ rope: own, window }) => [own, window])]);
  const expected = { ...config, perLayer: config.perLayer.filter((_, layer) => !removed.has(layer)) };
  if (describe(expected) !== describe(pruned)) refuse(config, "what a layer does follows from its number");
}
