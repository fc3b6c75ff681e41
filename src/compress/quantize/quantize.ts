import { InvalidArgumentError, ModelError } from "../../errors.ts";
import {
  type Gguf,
  type GgufContent,
  type SourceInput,
  type TensorInfo,
  dtypeByName,
  openGguf,
  openSource,
  writeGgufFile,
} from "../../gguf/index.ts";
import { availableProcessors } from "../../platform/index.ts";
import { type ImportanceMatrix, columnImportance } from "../imatrix/index.ts";
import { checkInputs } from "./check-inputs.ts";
import { type TensorPlan, chooseFormats } from "./choose-formats.ts";
import { type Converters, createConverters } from "./converters.ts";
import { fileTypeByName } from "./file-types.ts";
import { outputMetadata } from "./output-metadata.ts";

export interface QuantizeProgress {
  /** Which tensor is written, and how many there are. */
  readonly tensor: string;
  readonly index: number;
  readonly count: number;
  /** Bytes of the input's tensors that are done. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface QuantizeOptions {
  /** How much each column counts, of `readImatrix` or `computeImatrix`. */
  readonly imatrix?: ImportanceMatrix | undefined;
  /** Where it came from, for the metadata. */
  readonly imatrixFile?: string | undefined;
  /** Blocks that are there already, by their tensor's name: of `calibrate`, with the same type. */
  readonly calibrated?: ReadonlyMap<string, Uint8Array> | undefined;
  /** The same format for all tensors that are quantised, instead of a mixture. */
  readonly pure?: boolean | undefined;
  /** Quantise even what is quantised already; the errors add up. */
  readonly allowRequantize?: boolean | undefined;
  /** Threads that convert; one for each processor unless given. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: QuantizeProgress) => void) | undefined;
  /** Told in one line where something is other than asked: a format that does not fit, a matrix without importance. */
  readonly onNote?: ((line: string) => void) | undefined;
}

export interface QuantizeResult {
  /** Bytes of the tensors before and after. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** How many tensors have each format. */
  readonly formats: ReadonlyMap<string, number>;
}

/**
 * Writes a model file with its matrices in another format, tensor by tensor and some rows at a time, so that the model
 * need not fit in memory. The file appears when it is complete.
 * @param type a name of `fileTypes`: `"Q4_K_M"`
 * @throws InvalidArgumentError for an unknown type; ModelError `ALREADY_QUANTIZED`, `NEEDS_IMATRIX`, `BAD_IMATRIX`,
 * `UNSUPPORTED_SHAPE`, `NON_FINITE_WEIGHT`, `UNSUPPORTED_FORMAT`; GgufError for the input, or `UNWRITABLE`
 */
export async function quantizeFile(
  input: SourceInput,
  output: string,
  type: string,
  options: QuantizeOptions = {},
): Promise<QuantizeResult> {
  const { signal, threads = availableProcessors() } = options;
  const fileType = fileTypeByName(type);
  if (!Number.isInteger(threads) || threads < 1) throw new InvalidArgumentError(`there can't be ${threads} threads`);
  const gguf = await openGguf(await openSource(input), { signal });
  try {
    const plans = chooseFormats(gguf, fileType, { ...options, weighted: options.imatrix !== undefined });
    checkInputs(plans, options.allowRequantize);
    const importances = importancesOf(plans, fileType.name, options);
    const converters = await createConverters(threads);
    try {
      const content: GgufContent = {
        metadata: outputMetadata(gguf.metadata, fileType, options.imatrix, options.imatrixFile ?? ""),
        tensors: tensorsOf(gguf, plans, importances, converters, options),
      };
      await writeGgufFile(output, content, { signal });
    } finally {
      await converters.close();
    }
    return resultOf(plans);
  } finally {
    await gguf.close();
  }
}

/** The importance of each tensor's columns; what can't do without is said before anything is written. */
function importancesOf(
  plans: readonly TensorPlan[],
  type: string,
  options: QuantizeOptions,
): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  for (const { info, format } of plans) {
    const { name, dtype, shape } = info;
    if (dtype.name === format) continue;
    const entry = options.imatrix?.entries.get(name);
    const isTable = name === "token_embd.weight" || name === "output.weight";
    if (entry === undefined) {
      if (type === "Q2_K_S" && format === "Q2_K" && !isTable) {
        throw new ModelError("NEEDS_IMATRIX", `Q2_K_S needs an importance matrix, for "${name}"; pass --imatrix`);
      }
      if (options.imatrix !== undefined) options.onNote?.(`${name}: not in the importance matrix`);
      continue;
    }
    // One of the embedding that does not fit counts for nothing.
    if (name === "token_embd.weight" && entry.sums.length !== shape[0]) continue;
    found.set(name, columnImportance(entry, info));
  }
  return found;
}

function tensorsOf(
  gguf: Gguf,
  plans: readonly TensorPlan[],
  importances: ReadonlyMap<string, Float32Array>,
  converters: Converters,
  options: QuantizeOptions,
): GgufContent["tensors"] {
  const totalBytes = plans.reduce((sum, { info }) => sum + info.byteLength, 0);
  let doneBytes = 0;
  return plans.map(({ info, format }, index) => ({
    name: info.name,
    dtype: dtypeByName(format)!,
    shape: info.shape,
    data: async function* () {
      const calibrated = options.calibrated?.get(info.name);
      if (calibrated !== undefined) {
        yield calibrated;
        doneBytes += info.byteLength;
        return;
      }
      const pieces = convertTensor(gguf, info, format, importances.get(info.name), converters, options.signal);
      for await (const { bytes, taken } of pieces) {
        yield bytes;
        doneBytes += taken;
        options.onProgress?.({ tensor: info.name, index, count: plans.length, doneBytes, totalBytes });
      }
    },
  }));
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Bytes of the input that it was. */
  readonly taken: number;
}

/** About so many values are converted at a time. */
const pieceValues = 1 << 19;

/** The tensor's pieces in order, some of them converted at the same time. */
async function* convertTensor(
  gguf: Gguf,
  info: TensorInfo,
  to: string,
  importance: Float32Array | undefined,
  converters: Converters,
  signal: AbortSignal | undefined,
): AsyncGenerator<Piece> {
  const from = info.dtype.name;
  const [columns, rowsOfExpert = 1] = info.shape;
  const rowBytes = (columns / info.dtype.blockLength) * info.dtype.blockBytes;
  const rows = rowBytes === 0 ? 0 : info.byteLength / rowBytes;
  const most = Math.max(1, Math.floor(pieceValues / Math.max(1, columns)));
  const underWay: Promise<Piece>[] = [];
  try {
    for (let row = 0; row < rows;) {
      signal?.throwIfAborted();
      // A piece ends where an expert does, since each has an importance of its own.
      const first = row;
      const count = Math.min(most, rowsOfExpert - (row % rowsOfExpert), rows - row);
      const taken = count * rowBytes;
      const bytes = await gguf.readTensor(info, row * rowBytes, taken, signal);
      const expert = Math.floor(row / rowsOfExpert);
      const weights = importance?.slice(expert * columns, (expert + 1) * columns);
      underWay.push(
        from === to
          ? Promise.resolve({ bytes, taken })
          : converters.convert({ from, to, columns, bytes: own(bytes), importance: weights }).then(
              (converted) => ({ bytes: converted, taken }),
              (error: unknown) => explain(info, first, error),
            ),
      );
      row += count;
      // Nobody may wait for it yet when it fails.
      underWay.at(-1)!.catch(() => undefined);
      if (underWay.length >= converters.depth) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}

/** Bytes that may be given away. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return whole ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}

function explain(info: TensorInfo, firstRow: number, error: unknown): never {
  if (!(error instanceof RangeError)) throw error;
  const row = Number(/\d+$/.exec(error.message)?.[0]) + firstRow;
  const reason = error.message.replace(/\d+$/, String(row));
  throw new ModelError("NON_FINITE_WEIGHT", `tensor "${info.name}": ${reason}`, { cause: error });
}

function resultOf(plans: readonly TensorPlan[]): QuantizeResult {
  const formats = new Map<string, number>();
  let inputBytes = 0;
  let outputBytes = 0;
  for (const { info, format } of plans) {
    const { blockBytes, blockLength } = dtypeByName(format)!;
    const values = (info.byteLength / info.dtype.blockBytes) * info.dtype.blockLength;
    inputBytes += info.byteLength;
    outputBytes += (values / blockLength) * blockBytes;
    formats.set(format, (formats.get(format) ?? 0) + 1);
  }
  return { inputBytes, outputBytes, formats };
}
