import { formatByName } from "../../../kernels/formats/index.ts";
import { InvalidArgumentError, ModelError } from "../../errors.ts";
import type { Gguf } from "../../gguf/index.ts";
import { Context, type LoadedModel } from "../../model/index.ts";
import type { Taps } from "../../tensor/index.ts";
import { inputsOfLayer } from "../imatrix/index.ts";
import { checkInputs } from "../quantize/check-inputs.ts";
import { chooseFormats } from "../quantize/choose-formats.ts";
import { fileTypeByName } from "../quantize/file-types.ts";
import { isCalibrated } from "./block-writer.ts";
import { inverseFactor } from "./factor.ts";
import { quantizeByGptq } from "./gptq.ts";
import { Gram } from "./gram.ts";
import { layerModel } from "./layer-model.ts";

export interface CalibrateOptions {
  /** Loads a model from its bytes, to compute in `f32`. It is closed again. */
  readonly load: (bytes: Uint8Array) => Promise<{ readonly loaded: LoadedModel; close(): Promise<void> }>;
  /** Tokens in a window; each starts from an empty cache. Default 512, or the context's length. */
  readonly window?: number | undefined;
  /** What takes the place of each window's first token, for models that want one. */
  readonly bos?: number | undefined;
  readonly pure?: boolean | undefined;
  /** Calibrate even what is quantised already. */
  readonly allowRequantize?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly layer: number; readonly layers: number }) => void) | undefined;
}

/** Of these, every layer does the same. */
const architectures = ["llama", "qwen2", "qwen3"];

/**
 * Quantises the layers' matrices with the text in view (GPTQ, Frantar et al. 2022): layer by layer, on the inputs that
 * come out of the layers already quantised. Matrices that the file type makes Q4_0, Q4_1, Q5_0 or Q5_1 are calibrated;
 * the others are left to `quantizeFile`, to which the result is passed.
 * @param tokens the text; whole windows of it are used
 * @returns the blocks of the calibrated matrices, by name
 * @throws InvalidArgumentError for a text shorter than a window or a type without such matrices, ModelError `UNSUPPORTED_CALIBRATION`,
 * `UNSUPPORTED_FORMAT` or `ALREADY_QUANTIZED`
 */
export async function calibrate(
  gguf: Gguf,
  type: string,
  tokens: readonly number[],
  options: CalibrateOptions,
): Promise<Map<string, Uint8Array>> {
  const { bos, signal } = options;
  const architecture = gguf.metadata.string("general.architecture", "");
  if (!architectures.includes(architecture) || gguf.metadata.number(`${architecture}.expert_count`, 0) > 0) {
    const known = architectures.join(", ");
    throw new ModelError("UNSUPPORTED_CALIBRATION", `${architecture}: only models of ${known} can be calibrated`);
  }
  const window = options.window ?? Math.min(512, gguf.metadata.number(`${architecture}.context_length`, 512));
  const count = Math.floor(tokens.length / window) * window;
  if (count === 0) {
    throw new InvalidArgumentError(`the text has ${tokens.length} tokens, fewer than one chunk of ${window}`);
  }
  const plans = chooseFormats(gguf, fileTypeByName(type), { pure: options.pure, weighted: false });
  checkInputs(plans, options.allowRequantize);
  const formats = new Map(plans.map(({ info, format }) => [info.name, format]));
  if (![...formats.values()].some(isCalibrated)) {
    throw new InvalidArgumentError(`no matrix becomes Q4_0, Q4_1, Q5_0 or Q5_1 under ${type}: none can be calibrated`);
  }
  const layers = gguf.metadata.number(`${architecture}.block_count`);
  const width = gguf.tensors.get("token_embd.weight")!.shape[0];
  const read = tokens.slice(0, count);
  if (bos !== undefined) for (let start = 0; start < count; start += window) read[start] = bos;
  let states = await embed(gguf, read);
  const found = new Map<string, Uint8Array>();

  for (let layer = 0; layer < layers; layer++) {
    signal?.throwIfAborted();
    options.onProgress?.({ layer, layers });
    const original = await layerModel(gguf, layer, states, width, new Map());
    const grams = await gather(original, states.length / width, { ...options, window });
    const quantized = new Map<string, { format: string; bytes: Uint8Array }>();
    for (const [matrices, gram] of grams) {
      const names = matrices.map((name) => name.replace("blk.0.", `blk.${layer}.`));
      const chosen = names.filter((name) => isCalibrated(formats.get(name)!));
      if (chosen.length === 0) continue;
      const columns = gguf.tensors.get(chosen[0])!.shape[0];
      const factor = inverseFactor(gram.sum(), columns);
      for (const name of chosen) {
        signal?.throwIfAborted();
        const format = formats.get(name)!;
        const weights = await readMatrix(gguf, name);
        const bytes = quantizeByGptq(weights, weights.length / columns, columns, factor, format);
        quantized.set(name, { format, bytes });
        found.set(name, bytes);
      }
    }
    if (layer + 1 < layers) {
      const after = await layerModel(gguf, layer, states, width, quantized);
      states = await pass(after, states.length / width, width, { ...options, window });
    }
  }
  return found;
}

type RunOptions = CalibrateOptions & { readonly window: number };

/** Runs a layer's model over its tokens, window by window. */
async function run(
  bytes: Uint8Array,
  count: number,
  { load, window, signal }: RunOptions,
  tapsOf: (model: LoadedModel) => Taps | Promise<Taps>,
): Promise<void> {
  const model = await load(bytes);
  try {
    const taps = await tapsOf(model.loaded);
    const context = new Context(model.loaded, { contextLength: window });
    for (let start = 0; start < count; start += window) {
      context.clear();
      const tokens = Int32Array.from({ length: window }, (_, i) => start + i);
      await context.forward(tokens, { outputs: "last", taps, signal });
    }
    await context.close();
  } finally {
    await model.close();
  }
}

/** Σ x·xᵀ of what each group of matrices is multiplied by. */
async function gather(bytes: Uint8Array, count: number, options: RunOptions): Promise<Map<readonly string[], Gram>> {
  const grams = new Map<readonly string[], Gram>();
  await run(bytes, count, options, async (model) => {
    const taps: Record<string, Taps[string]> = {};
    for (const [value, matrices] of inputsOfLayer(model, 0)) {
      const gram = await Gram.create(model.gguf.tensors.get(matrices[0])!.shape[0]);
      grams.set(matrices, gram);
      taps[value] = ({ data }) => gram.add(data);
    }
    return taps;
  });
  return grams;
}

/** The states that come out of a layer. */
async function pass(bytes: Uint8Array, count: number, width: number, options: RunOptions): Promise<Float32Array> {
  const states = new Float32Array(count * width);
  let at = 0;
  await run(bytes, count, options, () => ({
    "layer.0.residual": ({ data }) => {
      states.set(data, at);
      at += data.length;
    },
  }));
  return states;
}

/** The tokens' rows of the embedding. [tokens, width] */
async function embed(gguf: Gguf, tokens: readonly number[]): Promise<Float32Array> {
  const info = gguf.tensors.get("token_embd.weight")!;
  const format = formatByName(info.dtype.name)!;
  const width = info.shape[0];
  const blocks = width / format.blockLength;
  const rowBytes = blocks * format.blockBytes;
  const states = new Float32Array(tokens.length * width);
  const table = await gguf.readTensor(info);
  for (const [i, token] of tokens.entries()) format.unpack(table, token * rowBytes, blocks, states, i * width);
  return states;
}

async function readMatrix(gguf: Gguf, name: string): Promise<Float64Array> {
  const info = gguf.tensors.get(name)!;
  const format = formatByName(info.dtype.name)!;
  const bytes = await gguf.readTensor(info);
  const blocks = bytes.length / format.blockBytes;
  const values = new Float32Array(blocks * format.blockLength);
  format.unpack(bytes, 0, blocks, values, 0);
  return Float64Array.from(values);
}
