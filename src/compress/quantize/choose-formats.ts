import { formatByName } from "../../../kernels/formats/index.ts";
import { ModelError } from "../../errors.ts";
import type { Gguf, Metadata, TensorInfo } from "../../gguf/index.ts";
import { isQuantizable } from "./exempt.ts";
import type { FileType } from "./file-types.ts";
import { type Place, type Role, roleOf, ruleOf } from "./mixtures.ts";

/** What becomes of a tensor. */
export interface TensorPlan {
  readonly info: TensorInfo;
  /** The format it gets. */
  readonly format: string;
}

/** How formats are chosen. */
export interface ChooseOptions {
  /** All the same format, as far as tensors are quantised at all. */
  readonly pure?: boolean | undefined;
  /** Whether there is an importance matrix. */
  readonly weighted: boolean;
  /** Told in one line of each tensor that gets another format because of its rows' length. */
  readonly onNote?: ((line: string) => void) | undefined;
}

/**
 * The tensors of a file in the order in which llama.cpp writes them, each with the format that it gets: `llama-quantize`
 * chooses the same.
 * Source: `llama_model_quantize_impl`, llama.cpp 0c1e570, llama-quant.cpp
 * @throws ModelError `UNSUPPORTED_SHAPE` for a row that a format can't hold, with `pure`
 */
export function chooseFormats(gguf: Gguf, type: FileType, options: ChooseOptions): TensorPlan[] {
  const tensors = [...gguf.tensors.values()].sort(byLayer);
  const model = readModel(gguf.metadata);
  const isTied = !gguf.tensors.has("output.weight");
  const values = tensors.filter(({ name }) => roleOf(name) === "value").length;
  const seen: Record<Role, number> = {
    output: 0,
    embedding: 0,
    value: 0,
    key: 0,
    query: 0,
    mixed: 0,
    down: 0,
    other: 0,
  };
  return tensors.map((info) => {
    const { name, shape } = info;
    if (!isQuantizable(name, shape)) return { info, format: info.dtype.name };
    if (formatByName(type.format)!.blockLength === 1) return { info, format: type.format };
    if (options.pure === true) return { info, format: fitting(info, type.format, true, options) };
    const role = roleOf(name);
    const count = role === "value" ? values : model.layers;
    const index = role === "down" && model.experts > 1 ? Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? 0) : seen[role]++;
    const place = { ...model, index, count, weighted: options.weighted };
    const wanted = formatOf(info, type, role === "embedding" && isTied ? "output" : role, place);
    return { info, format: fitting(info, wanted, false, options) };
  });
}

/** Layer by layer, what is in no layer first, and by name. Source: `weight_name_comparer`, llama-model-loader.h. */
function byLayer(a: TensorInfo, b: TensorInfo): number {
  const layer = ({ name }: TensorInfo) => Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1);
  return layer(a) - layer(b) || (a.name < b.name ? -1 : 1);
}

type Model = Omit<Place, "index" | "count" | "weighted"> & { readonly layers: number; readonly isLarge: boolean };

function readModel(metadata: Metadata): Model {
  const architecture = metadata.string("general.architecture", "");
  const first = (key: string, fallback: number): number => {
    const name = `${architecture}.${key}`;
    const found = metadata.get(name);
    if (found?.type !== "array") return metadata.number(name, fallback);
    const [value = fallback] = metadata.numbers(name);
    return value;
  };
  const layers = first("block_count", 0);
  const heads = first("attention.head_count", 0);
  const kvHeads = first("attention.head_count_kv", heads);
  // What llama.cpp calls a model of 70B.
  const isLarge = architecture === "llama" ? layers === 80 && heads !== kvHeads : large.get(architecture) === layers;
  return {
    layers,
    groupSize: kvHeads === 0 ? 0 : Math.floor(heads / kvHeads),
    experts: first("expert_count", 0),
    isFalcon: architecture === "falcon",
    isLarge,
  };
}

const large = new Map([
  ["deci", 80],
  ["olmo", 80],
  ["qwen2", 80],
  ["jais2", 68],
]);

function formatOf(info: TensorInfo, type: FileType, role: Role, place: Place & Model): string {
  const { name, format } = type;
  if (role === "output") {
    const isOdd = info.shape[0] % formatByName(format)!.blockLength !== 0;
    return name === "MXFP4_MOE" || place.isFalcon || isOdd || format === "Q8_0" ? "Q8_0" : "Q6_K";
  }
  if (name === "MXFP4_MOE") return (info.shape[2] ?? 1) > 1 ? "MXFP4" : "Q8_0";
  const found = ruleOf(name, role, place) ?? format;
  if (role === "key") return place.experts === 8 ? "Q8_0" : found;
  if (role !== "value") return found;
  if (place.experts === 8) return "Q8_0";
  return place.isLarge && (found === "Q3_K" || found === "Q4_K") ? "Q5_K" : found;
}

/** What takes the place of a format whose blocks are too long. Source: `tensor_type_fallback`, llama-quant.cpp. */
const shorter = new Map([
  ["IQ4_XS", "IQ4_NL"],
  ["Q2_K", "Q4_0"],
  ["Q3_K", "Q4_0"],
  ["TQ1_0", "Q4_0"],
  ["TQ2_0", "Q4_0"],
  ["Q4_K", "Q5_0"],
  ["Q5_K", "Q5_1"],
  ["Q6_K", "Q8_0"],
]);

/** The format itself, or the nearest one that rows of this length can have. */
function fitting({ name, shape }: TensorInfo, format: string, pure: boolean, { onNote }: ChooseOptions): string {
  const fits = (candidate: string) => shape[0] % formatByName(candidate)!.blockLength === 0;
  if (fits(format)) return format;
  const length = formatByName(format)!.blockLength;
  const reason = `${name}: rows of ${shape[0]} values are no multiple of ${format}'s block of ${length}`;
  if (pure) throw new ModelError("UNSUPPORTED_SHAPE", `${reason}; leave --pure out to let it fall back`);
  const other = shorter.get(format) ?? format;
  const found = fits(other) ? other : "F16";
  onNote?.(`${reason}: ${found} instead`);
  return found;
}
