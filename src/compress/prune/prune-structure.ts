import { InvalidArgumentError, ModelError } from "../../errors.ts";
import {
  type Gguf,
  type SourceInput,
  type TensorToWrite,
  openGguf,
  openSource,
  writeGgufFile,
} from "../../gguf/index.ts";
import { type ModelConfig, readConfig } from "../../model/index.ts";
import type { StructureChoice } from "./choose-structure.ts";
import { type Span, scaledSpans, totalOf } from "./kept-spans.ts";
import { type TensorPart, planStructure } from "./plan-structure.ts";
import { prunedMetadata } from "./pruned-metadata.ts";
import { type PruneProgress, readPieces, rowBytesOf } from "./read-pieces.ts";

export interface PruneStructureOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: PruneProgress) => void) | undefined;
}

export interface PruneStructureResult {
  /** Numbers in the tensors before and after, and their bytes. */
  readonly inputParameters: number;
  readonly outputParameters: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/**
 * Writes a smaller model file, without the layers, channels and heads of `choice`: an ordinary GGUF, whose weights have
 * the bits that they had. It is written tensor by tensor, and appears when it is complete.
 * @throws InvalidArgumentError for a choice that is none of this model; ModelError `UNSUPPORTED_PRUNING` (an architecture
 * whose layers differ by their place, tensors whose parts are not known, a part of a block); GgufError for the input, or
 * `UNWRITABLE`
 */
export async function pruneStructure(
  input: SourceInput,
  output: string,
  choice: StructureChoice,
  options: PruneStructureOptions = {},
): Promise<PruneStructureResult> {
  const { signal, onProgress } = options;
  const gguf = await openGguf(await openSource(input), { signal });
  try {
    const embedding = gguf.tensors.get("token_embd.weight");
    if (embedding === undefined) throw new ModelError("MISSING_TENSOR", `the file has no tensor "token_embd.weight"`);
    const config = readConfig(gguf.metadata, embedding.shape[1] ?? 1, gguf.tensors);
    checkArchitecture(gguf, config, choice);
    checkChoice(config, choice);
    const parts = planStructure(gguf, config, choice);
    const metadata = prunedMetadata(gguf.metadata, config, choice);
    checkSame(config, choice, readConfig(metadata, config.vocabularySize, new Set(parts.map(({ name }) => name))));
    const totalBytes = parts.reduce((sum, { info }) => sum + info.byteLength, 0);
    let doneBytes = 0;
    const tensors = parts.map(({ info, name, shape, ...part }): TensorToWrite => ({
      name,
      dtype: info.dtype,
      shape,
      data: async function* () {
        yield* readPart(gguf, { info, name, shape, ...part }, signal);
        doneBytes += info.byteLength;
        onProgress?.({ tensor: info.name, doneBytes, totalBytes });
      },
    }));
    await writeGgufFile(output, { version: gguf.littleEndian ? gguf.version : 3, metadata, tensors }, { signal });
    return resultOf(gguf, parts);
  } finally {
    await gguf.close();
  }
}

/** The bytes that stay of a tensor. */
async function* readPart(
  gguf: Gguf,
  { info, rows, columns }: TensorPart,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { blockBytes, blockLength } = info.dtype;
  const rowBytes = rowBytesOf(info);
  const ofRow = columns?.map(
    ([from, to]): Span => [from, to].map((at) => (at / blockLength) * blockBytes) as [number, number],
  );
  for await (const { bytes, firstRow } of readPieces(gguf, info, signal)) {
    const count = bytes.length / rowBytes;
    const inPiece = rows?.map(([from, to]): Span => [Math.max(from - firstRow, 0), Math.min(to - firstRow, count)]);
    const kept = inPiece?.filter(([from, to]) => from < to) ?? [[0, count]];
    const out = new Uint8Array(totalOf(kept) * (ofRow === undefined ? rowBytes : totalOf(ofRow)));
    let at = 0;
    for (const [from, to] of kept) {
      const pieces = ofRow === undefined ? [[from * rowBytes, to * rowBytes]] : rowsOf(from, to, rowBytes, ofRow);
      for (const [first, end] of pieces) {
        out.set(bytes.subarray(first, end), at);
        at += end - first;
      }
    }
    yield out;
  }
}

function* rowsOf(from: number, to: number, rowBytes: number, ofRow: readonly Span[]): Generator<Span> {
  for (let row = from; row < to; row++) yield* scaledSpans(ofRow, 1, row * rowBytes);
}

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
function checkArchitecture({ metadata }: Gguf, config: ModelConfig, { layers = [], kvHeads }: StructureChoice): void {
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
function checkChoice(config: ModelConfig, { layers = [], channels, kvHeads }: StructureChoice): void {
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
function checkSame(config: ModelConfig, choice: StructureChoice, pruned: ModelConfig): void {
  const removed = new Set(choice.layers);
  const describe = ({ variant, rope, perLayer, keyLength, valueLength }: ModelConfig) =>
    JSON.stringify([variant, rope, keyLength, valueLength, perLayer.map(({ rope: own, window }) => [own, window])]);
  const expected = { ...config, perLayer: config.perLayer.filter((_, layer) => !removed.has(layer)) };
  if (describe(expected) !== describe(pruned)) refuse(config, "what a layer does follows from its number");
}

function resultOf(gguf: Gguf, parts: readonly TensorPart[]): PruneStructureResult {
  const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  const infos = [...gguf.tensors.values()];
  const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0);
  return {
    inputParameters: sum(infos, ({ shape }) => product(shape)),
    outputParameters: sum(parts, ({ shape }) => product(shape)),
    inputBytes: sum(infos, ({ byteLength }) => byteLength),
    outputBytes: sum(parts, ({ shape, info: { dtype } }) => (product(shape) / dtype.blockLength) * dtype.blockBytes),
  };
}
