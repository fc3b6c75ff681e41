import { ModelError } from "../../errors.ts";
import {
  type Gguf,
  type Metadata,
  type SourceInput,
  type TensorToWrite,
  countParameters,
  openGguf,
  openSource,
  writeGgufFile,
} from "../../gguf/index.ts";
import { type LayerConfig, type LoadedModel, readConfig } from "../../model/index.ts";
import { checkArchitecture, checkChoice, checkSame } from "./check-choice.ts";
import { type StructureAmount, type StructureChoice, chooseStructure } from "./choose-structure.ts";
import { type Span, scaledSpans, totalOf } from "./kept-spans.ts";
import { type TensorPart, planStructure } from "./plan-structure.ts";
import { prunedMetadata } from "./pruned-metadata.ts";
import { type PruneProgress, progressOf, readPieces, rowBytesOf } from "./read-pieces.ts";

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
  const { signal } = options;
  const gguf = await openGguf(await openSource(input), { signal });
  try {
    const { parts, metadata } = plan(gguf, choice);
    const progress = progressOf(
      parts.map(({ info }) => info),
      options.onProgress,
    );
    const tensors = parts.map(({ info, name, shape, ...part }): TensorToWrite => ({
      name,
      dtype: info.dtype,
      shape,
      data: async function* () {
        yield* readPart(gguf, { info, name, shape, ...part }, signal);
        progress(info, info.byteLength);
      },
    }));
    await writeGgufFile(output, { version: gguf.littleEndian ? gguf.version : 3, metadata, tensors }, { signal });
    return resultOf(gguf, parts);
  } finally {
    await gguf.close();
  }
}

/** @throws as `pruneStructure`, before anything is written */
function plan(gguf: Gguf, choice: StructureChoice): { readonly parts: TensorPart[]; readonly metadata: Metadata } {
  const embedding = gguf.tensors.get("token_embd.weight");
  if (embedding === undefined) throw new ModelError("MISSING_TENSOR", `the file has no tensor "token_embd.weight"`);
  const config = readConfig(gguf.metadata, embedding.shape[1] ?? 1, gguf.tensors);
  checkArchitecture(gguf, config, choice);
  checkChoice(config, choice);
  const parts = planStructure(gguf, config, choice);
  const metadata = prunedMetadata(gguf.metadata, config, choice);
  checkSame(config, choice, readConfig(metadata, config.vocabularySize, new Set(parts.map(({ name }) => name))));
  return { parts, metadata };
}

/**
 * Tells beforehand, without a choice, whether channels and heads of a model can be removed.
 * @throws ModelError `UNSUPPORTED_PRUNING`, InvalidArgumentError for more than there are
 */
export function checkStructure({ gguf, config }: LoadedModel, amount: Omit<StructureAmount, "layers">): void {
  const { channels = 0, kvHeads = 0 } = amount;
  if (channels === 0 && kvHeads === 0) return;
  const each = (of: (layer: LayerConfig) => number) => config.perLayer.map((layer) => new Float64Array(of(layer)));
  const importance = {
    layers: new Float64Array(config.layers),
    channels: each(({ feedForwardLength }) => feedForwardLength),
    heads: each((layer) => layer.kvHeads),
    tokens: 0,
  };
  plan(gguf, chooseStructure(importance, { ...amount, layers: 0 }));
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

function resultOf(gguf: Gguf, parts: readonly TensorPart[]): PruneStructureResult {
  const infos = [...gguf.tensors.values()];
  const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0);
  return {
    inputParameters: countParameters(infos),
    outputParameters: countParameters(parts),
    inputBytes: sum(infos, ({ byteLength }) => byteLength),
    outputBytes: sum(
      parts,
      (part) => (countParameters([part]) / part.info.dtype.blockLength) * part.info.dtype.blockBytes,
    ),
  };
}
