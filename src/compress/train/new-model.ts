import { cos, log } from "../../../kernels/reference/index.ts";
import { Metadata, type GgufContent, type MetadataValue, type TensorToWrite, dtypeByName } from "../../gguf/index.ts";
import { createRandom } from "../../sampling/index.ts";
import type { BytePairVocabulary } from "./byte-pair-trainer.ts";

/** The shape of a LLaMA. */
export interface ModelShape {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Default: `heads`. */
  readonly kvHeads?: number | undefined;
  readonly feedForward: number;
  readonly context: number;
  /** Base of the rotations. Default: 10,000. */
  readonly ropeBase?: number | undefined;
}

/**
 * A new LLaMA with random weights, its output matrix tied to the embedding, as the content of a GGUF file. Matrices are
 * drawn from a normal distribution of deviation 0.02, those that write to the residual stream divided by √(2·layers)
 * (Radford et al. 2019, section 2.3); norms are 1.
 */
export function newModel(
  name: string,
  { width, layers, heads, kvHeads = heads, feedForward, context, ropeBase = 10000 }: ModelShape,
  vocabulary: BytePairVocabulary,
  seed: number,
): GgufContent {
  const normal = gaussian(seed);
  const tensors: TensorToWrite[] = [];
  const matrix = (label: string, rows: number, columns: number, deviation = 0.02) =>
    tensors.push(tensor(label, [columns, rows], () => deviation * normal()));
  const norm = (label: string) => tensors.push(tensor(label, [width], () => 1));
  const head = width / heads;
  const toResidual = 0.02 / Math.sqrt(2 * layers);

  matrix("token_embd", vocabulary.tokens.length, width);
  for (let i = 0; i < layers; i++) {
    norm(`blk.${i}.attn_norm`);
    matrix(`blk.${i}.attn_q`, width, width);
    matrix(`blk.${i}.attn_k`, kvHeads * head, width);
    matrix(`blk.${i}.attn_v`, kvHeads * head, width);
    matrix(`blk.${i}.attn_output`, width, width, toResidual);
    norm(`blk.${i}.ffn_norm`);
    matrix(`blk.${i}.ffn_gate`, feedForward, width);
    matrix(`blk.${i}.ffn_up`, feedForward, width);
    matrix(`blk.${i}.ffn_down`, width, feedForward, toResidual);
  }
  norm("output_norm");

  const metadata = new Metadata([
    ["general.architecture", text("llama")],
    ["general.name", text(name)],
    ["general.file_type", whole(0)],
    ["llama.vocab_size", whole(vocabulary.tokens.length)],
    ["llama.context_length", whole(context)],
    ["llama.embedding_length", whole(width)],
    ["llama.block_count", whole(layers)],
    ["llama.feed_forward_length", whole(feedForward)],
    ["llama.attention.head_count", whole(heads)],
    ["llama.attention.head_count_kv", whole(kvHeads)],
    ["llama.attention.layer_norm_rms_epsilon", { type: "float32", value: Math.fround(1e-5) }],
    ["llama.rope.dimension_count", whole(head)],
    ["llama.rope.freq_base", { type: "float32", value: ropeBase }],
    ...tokenizerMetadata(vocabulary),
  ]);
  return { metadata, tensors };
}

/** The first special token begins and ends every text. */
function tokenizerMetadata({ tokens, merges, special, preTokenizer }: BytePairVocabulary): [string, MetadataValue][] {
  const [normalType, controlType] = [1, 3];
  const types = Int32Array.from(tokens, (_, id) => (id < special ? controlType : normalType));
  return [
    ["tokenizer.ggml.model", text("gpt2")],
    ["tokenizer.ggml.pre", text(preTokenizer)],
    ["tokenizer.ggml.tokens", { type: "array", elementType: "string", value: [...tokens] }],
    ["tokenizer.ggml.token_type", { type: "array", elementType: "int32", value: types }],
    ["tokenizer.ggml.merges", { type: "array", elementType: "string", value: [...merges] }],
    ["tokenizer.ggml.bos_token_id", whole(0)],
    ["tokenizer.ggml.eos_token_id", whole(0)],
    ["tokenizer.ggml.add_bos_token", { type: "bool", value: true }],
    ["tokenizer.ggml.add_eos_token", { type: "bool", value: false }],
  ];
}

function tensor(label: string, shape: readonly number[], next: () => number): TensorToWrite {
  const values = Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, next);
  return { name: `${label}.weight`, dtype: dtypeByName("F32")!, shape, data: littleEndianBytes(values) };
}

/** Single-precision numbers as a file has them. */
export function littleEndianBytes(values: Float32Array): Uint8Array {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return new Uint8Array(values.slice().buffer);
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

/** Normally distributed numbers (Box and Muller 1958), the same on every engine. */
export function gaussian(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * log(1 - random())) * cos(2 * Math.PI * random());
}

function text(value: string): MetadataValue {
  return { type: "string", value };
}

function whole(value: number): MetadataValue {
  return { type: "uint32", value };
}
