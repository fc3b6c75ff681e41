import {
  type ImportanceMatrix,
  type PruneProgress,
  type Sparsity,
  type StructureChoice,
  channelBlock,
  checkStructure,
  checkWeights,
  chooseStructure,
  computeImatrix,
  measureStructure,
  parsePattern,
  pruneStructure,
  pruneWeights,
  readImatrix,
} from "../compress/index.ts";
import { type LanguageModel, perplexity } from "../index.ts";
import { UsageError } from "./errors.ts";
import { readText } from "./input.ts";
import { loadFor } from "./load.ts";
import type { ModelFlags } from "./options.ts";
import type { PruneReport, SmallerReport, SparseReport } from "./prune-report.ts";

/** The options of `pellucid prune`. */
export interface PruneFlags extends ModelFlags {
  readonly sparsity?: number;
  readonly pattern?: string;
  readonly method: "wanda" | "magnitude";
  readonly dropLayers?: number;
  readonly dropChannels?: number;
  readonly dropHeads?: number;
  readonly file?: string;
  readonly tokens: number;
  readonly chunk?: number;
  readonly imatrix?: string;
  readonly heldOut?: string;
  readonly heldOutTokens: number;
}

export interface PruneWatch {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: PruneProgress) => void) | undefined;
  readonly onStage?: ((text: string) => void) | undefined;
}

/**
 * Measures on the text, prunes, and measures what it cost.
 * @throws UsageError for options that don't go together, and what the library throws
 */
export async function pruneAndReport(
  input: string,
  output: string,
  flags: PruneFlags,
  watch: PruneWatch,
): Promise<PruneReport> {
  const sparsity = readSparsity(flags);
  const method = sparsity === undefined ? "structured" : flags.method;
  const needsText = method === "structured" || (method === "wanda" && flags.imatrix === undefined);
  if (needsText && flags.file === undefined) throw new UsageError("name the text to measure on with --file");
  const text = flags.file === undefined ? undefined : await readText(flags.file);
  const heldOutText = flags.heldOut === undefined ? undefined : await readText(flags.heldOut);
  const given = flags.imatrix === undefined || method !== "wanda" ? undefined : await readImatrix(flags.imatrix);
  const job: Job = { input, output, flags, watch };

  let heldOut: readonly number[] = [];
  let before = NaN;
  let removal: ((job: Job) => Promise<SparseReport | SmallerReport>) | undefined;
  if (needsText || text !== undefined || heldOutText !== undefined) {
    await withModel(input, job, async (model) => {
      const tokens = text === undefined ? [] : model.tokenizer.encode(text);
      const calibration = tokens.slice(0, flags.tokens);
      const rest = heldOutText === undefined ? tokens.slice(flags.tokens) : model.tokenizer.encode(heldOutText);
      heldOut = rest.slice(0, flags.heldOutTokens);
      if (needsText) removal = await measure(model, calibration, sparsity, job);
      if (heldOut.length > 1) before = await perplexityOf(model, heldOut, "perplexity before", job);
    });
  }
  removal ??= sparse(sparsity!, given);
  const removed = await removal(job);
  if (heldOut.length < 2) return { method, removed };
  const after = await withModel(output, job, (model) => perplexityOf(model, heldOut, "perplexity after", job));
  return { method, removed, perplexity: { tokens: heldOut.length, before, after } };
}

interface Job {
  readonly input: string;
  readonly output: string;
  readonly flags: PruneFlags;
  readonly watch: PruneWatch;
}

/** Undefined where parts are to be removed. @throws UsageError */
function readSparsity({ sparsity, pattern, dropLayers, dropChannels, dropHeads }: PruneFlags): Sparsity | undefined {
  const structured = [dropLayers, dropChannels, dropHeads].some((count) => count !== undefined);
  const given = [sparsity !== undefined, pattern !== undefined, structured].filter(Boolean).length;
  const all = "--sparsity, --pattern, or any of --drop-layers, --drop-channels and --drop-heads";
  if (given === 0) throw new UsageError(`say what is to go: ${all}`);
  if (given > 1) throw new UsageError(`one kind of pruning at a time: ${all}`);
  return pattern === undefined ? sparsity : parsePattern(pattern);
}

/** Finds out on the text what matters, and so what is to be done. */
async function measure(
  model: LanguageModel,
  tokens: readonly number[],
  sparsity: Sparsity | undefined,
  { flags, watch: { signal, onStage } }: Job,
): Promise<(job: Job) => Promise<SparseReport | SmallerReport>> {
  const { tokenizer, loaded } = model;
  const bos = tokenizer.addBos ? tokenizer.bos : undefined;
  const onProgress = ({ chunk, chunks }: { chunk: number; chunks: number }) =>
    onStage?.(`measuring: ${chunk} of ${chunks} chunks`);
  const options = { chunk: flags.chunk, bos, signal, onProgress };
  if (sparsity !== undefined) checkWeights(loaded.gguf, sparsity);
  if (sparsity !== undefined) return sparse(sparsity, await computeImatrix(loaded, tokens, options));
  const { dropLayers: layers, dropChannels: channels, dropHeads = 0 } = flags;
  const { heads, kvHeads } = loaded.config;
  const groupSize = heads / kvHeads;
  if (dropHeads % groupSize !== 0) {
    throw new UsageError(`--drop-heads must be a multiple of ${groupSize}: so many heads share a key-value head`);
  }
  const amount = { layers, channels, kvHeads: dropHeads / groupSize, channelBlock: channelBlock(loaded.gguf) };
  checkStructure(loaded, amount);
  const importance = await measureStructure(loaded, tokens, options);
  return smaller(chooseStructure(importance, amount), importance.layers);
}

/** Makes weights zero. */
function sparse(sparsity: Sparsity, imatrix: ImportanceMatrix | undefined) {
  return async ({ input, output, flags, watch: { signal, onProgress } }: Job): Promise<SparseReport> => {
    const result = await pruneWeights(input, output, { sparsity, imatrix, signal, onProgress });
    const { tensors, values, zeros, zerosBefore } = result;
    return {
      sparsity: flags.pattern ?? flags.sparsity!,
      tensors: tensors.length,
      values,
      zeros_before: zerosBefore,
      zeros,
    };
  };
}

/** Removes parts. */
function smaller(choice: StructureChoice, influence: Float64Array) {
  return async ({ input, output, flags, watch: { signal, onProgress } }: Job): Promise<SmallerReport> => {
    const result = await pruneStructure(input, output, choice, { signal, onProgress });
    return {
      layers: choice.layers ?? [],
      channels: flags.dropChannels ?? 0,
      heads: flags.dropHeads ?? 0,
      block_influence: [...influence],
      parameters_before: result.inputParameters,
      parameters: result.outputParameters,
      bytes_before: result.inputBytes,
      bytes: result.outputBytes,
    };
  };
}

async function withModel<T>(
  path: string,
  { flags, watch }: Job,
  body: (model: LanguageModel) => Promise<T>,
): Promise<T> {
  const { model } = await loadFor(path, flags, watch.signal);
  try {
    return await body(model);
  } finally {
    await model.close();
  }
}

async function perplexityOf(
  model: LanguageModel,
  tokens: readonly number[],
  stage: string,
  { watch: { signal, onStage } }: Job,
): Promise<number> {
  const onProgress = ({ tokens: done }: { tokens: number }) =>
    onStage?.(`${stage}: ${done} of ${tokens.length} tokens`);
  return (await perplexity(model.loaded, tokens, { signal, onProgress })).perplexity;
}
