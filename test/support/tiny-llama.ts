import { type BlockFormat, formatByName } from "../../kernels/formats/index.ts";
import { Metadata, type MetadataValue, type TensorToWrite, serializeGguf } from "../../src/gguf/index.ts";
import { dtypeByName } from "../../src/tensor/index.ts";
import { gaussian } from "../golden/fixtures/architectures/random.ts";

export interface TinyLlamaOptions {
  readonly seed?: number;
  /** Format of the matrices. */
  readonly format?: string;
  readonly layers?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headLength?: number;
  readonly feedForwardLength?: number;
  readonly contextLength?: number;
  /** Whether the output matrix is the embedding. */
  readonly tied?: boolean;
  readonly biases?: boolean;
  /** More metadata, such as a RoPE scaling. */
  readonly metadata?: readonly (readonly [string, MetadataValue])[];
}

/** A random LLaMA with a vocabulary of the 256 bytes and an end token, as the bytes of a GGUF file. */
export async function tinyLlama(options: TinyLlamaOptions = {}): Promise<Uint8Array> {
  const { layers = 2, heads = 4, kvHeads = 2, headLength = 16, feedForwardLength = 96 } = options;
  const { contextLength = 256, tied = true, format = "F32" } = options;
  const width = heads * headLength;
  const vocabulary = byteVocabulary();
  const random = gaussian(options.seed ?? 1);

  const tensors: TensorToWrite[] = [];
  const matrix = (name: string, rows: number, columns: number, scale = 1 / Math.sqrt(columns)) =>
    tensors.push(tensor(`${name}.weight`, rows, columns, format, () => scale * random()));
  const vector = (name: string, length: number, centre: number) =>
    tensors.push(tensor(name, 1, length, "F32", () => centre + 0.1 * random()));
  const biased = (name: string, rows: number, columns: number) => {
    matrix(name, rows, columns);
    if (options.biases === true) vector(`${name}.bias`, rows, 0);
  };

  matrix("token_embd", vocabulary.length, width, 1);
  for (let i = 0; i < layers; i++) {
    vector(`blk.${i}.attn_norm.weight`, width, 1);
    biased(`blk.${i}.attn_q`, width, width);
    biased(`blk.${i}.attn_k`, kvHeads * headLength, width);
    biased(`blk.${i}.attn_v`, kvHeads * headLength, width);
    biased(`blk.${i}.attn_output`, width, width);
    vector(`blk.${i}.ffn_norm.weight`, width, 1);
    biased(`blk.${i}.ffn_gate`, feedForwardLength, width);
    biased(`blk.${i}.ffn_up`, feedForwardLength, width);
    biased(`blk.${i}.ffn_down`, width, feedForwardLength);
  }
  vector("output_norm.weight", width, 1);
  if (!tied) matrix("output", vocabulary.length, width);

  const metadata = new Metadata([
    ["general.architecture", { type: "string", value: "llama" }],
    ["general.name", { type: "string", value: "tiny" }],
    ["llama.context_length", uint32(contextLength)],
    ["llama.embedding_length", uint32(width)],
    ["llama.block_count", uint32(layers)],
    ["llama.feed_forward_length", uint32(feedForwardLength)],
    ["llama.attention.head_count", uint32(heads)],
    ["llama.attention.head_count_kv", uint32(kvHeads)],
    ["llama.attention.layer_norm_rms_epsilon", { type: "float32", value: Math.fround(1e-5) }],
    ...(options.metadata ?? []),
    ...tokenizerMetadata(vocabulary),
  ]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of serializeGguf({ metadata, tensors })) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

function tensor(name: string, rows: number, columns: number, type: string, next: () => number): TensorToWrite {
  const format = formatByName(type) as BlockFormat;
  const values = Float32Array.from({ length: rows * columns }, next);
  const blocks = values.length / format.blockLength;
  const data = new Uint8Array(blocks * format.blockBytes);
  if (type === "F32") data.set(new Uint8Array(values.buffer));
  else format.pack!(values, 0, blocks, data, 0);
  return { name, dtype: dtypeByName(type)!, shape: rows === 1 ? [columns] : [columns, rows], data };
}

/** GPT-2's characters for the 256 bytes (those that print stand for themselves), then the end token. */
function byteVocabulary(): string[] {
  let others = 0;
  const characters = Array.from({ length: 256 }, (_, byte) => {
    const prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(prints ? byte : 256 + others++);
  });
  return [...characters, "<|end|>"];
}

function tokenizerMetadata(vocabulary: readonly string[]): [string, MetadataValue][] {
  const types = Int32Array.from(vocabulary, (_, i) => (i < 256 ? 1 : 3));
  return [
    ["tokenizer.ggml.model", { type: "string", value: "gpt2" }],
    ["tokenizer.ggml.pre", { type: "string", value: "smollm" }],
    ["tokenizer.ggml.tokens", { type: "array", elementType: "string", value: vocabulary }],
    ["tokenizer.ggml.token_type", { type: "array", elementType: "int32", value: types }],
    ["tokenizer.ggml.merges", { type: "array", elementType: "string", value: ["a b"] }],
    ["tokenizer.ggml.eos_token_id", uint32(256)],
  ];
}

function uint32(value: number): MetadataValue {
  return { type: "uint32", value };
}
