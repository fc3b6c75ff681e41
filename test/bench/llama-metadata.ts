import { Metadata, type MetadataValue } from "../../src/gguf/index.ts";

/** The shapes of a LLaMA. */
export interface LlamaShape {
  readonly name: string;
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly contextLength: number;
  readonly ropeBase: number;
}

/** A matrix or, with one row, a vector of a model. */
export interface WeightShape {
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
}

/** The weights of a LLaMA with an output matrix of its own, in the order in which files have them. */
export function weightShapes(shape: LlamaShape): WeightShape[] {
  const { layers, width, heads, kvHeads, feedForward, vocabulary } = shape;
  const kvWidth = (width / heads) * kvHeads;
  const matrix = (name: string, columns: number, rows: number) => ({ name: `${name}.weight`, columns, rows });
  const layer = (i: number): WeightShape[] => [
    matrix(`blk.${i}.attn_norm`, width, 1),
    matrix(`blk.${i}.attn_q`, width, width),
    matrix(`blk.${i}.attn_k`, width, kvWidth),
    matrix(`blk.${i}.attn_v`, width, kvWidth),
    matrix(`blk.${i}.attn_output`, width, width),
    matrix(`blk.${i}.ffn_norm`, width, 1),
    matrix(`blk.${i}.ffn_gate`, width, feedForward),
    matrix(`blk.${i}.ffn_up`, width, feedForward),
    matrix(`blk.${i}.ffn_down`, feedForward, width),
  ];
  return [
    matrix("token_embd", width, vocabulary),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    matrix("output_norm", width, 1),
    matrix("output", width, vocabulary),
  ];
}

/** What llama.cpp and this library need to load it, with a made-up tokenizer. */
export function llamaMetadata(shape: LlamaShape, fileType: number): Metadata {
  const key = (name: string, value: MetadataValue): [string, MetadataValue] => [`llama.${name}`, value];
  return new Metadata([
    ["general.architecture", text("llama")],
    ["general.name", text(shape.name)],
    ["general.file_type", uint32(fileType)],
    key("context_length", uint32(shape.contextLength)),
    key("embedding_length", uint32(shape.width)),
    key("block_count", uint32(shape.layers)),
    key("feed_forward_length", uint32(shape.feedForward)),
    key("attention.head_count", uint32(shape.heads)),
    key("attention.head_count_kv", uint32(shape.kvHeads)),
    key("attention.layer_norm_rms_epsilon", float32(1e-5)),
    key("rope.freq_base", float32(shape.ropeBase)),
    key("rope.dimension_count", uint32(shape.width / shape.heads)),
    key("vocab_size", uint32(shape.vocabulary)),
    ...tokenizer(shape.vocabulary),
  ]);
}

/**
 * A byte-pair vocabulary of any size: the 256 bytes, then every token so far followed by every byte, and an end token last.
 * Each is its own merge, so that text longer than a byte gets some use of it.
 */
function tokenizer(size: number): [string, MetadataValue][] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byteCharacter(byte));
  const tokens = [...bytes];
  const merges: string[] = [];
  for (let i = 0; tokens.length < size - 1; i++) {
    const [left, right] = [tokens[i >> 8], bytes[i & 255]];
    tokens.push(left + right);
    merges.push(`${left} ${right}`);
  }
  tokens.push("<|end|>");
  const types = new Int32Array(size).fill(1);
  types[size - 1] = 3;
  return [
    ["tokenizer.ggml.model", text("gpt2")],
    ["tokenizer.ggml.pre", text("gpt-2")],
    ["tokenizer.ggml.tokens", { type: "array", elementType: "string", value: tokens }],
    ["tokenizer.ggml.token_type", { type: "array", elementType: "int32", value: types }],
    ["tokenizer.ggml.merges", { type: "array", elementType: "string", value: merges }],
    ["tokenizer.ggml.bos_token_id", uint32(size - 1)],
    ["tokenizer.ggml.eos_token_id", uint32(size - 1)],
    ["tokenizer.ggml.add_bos_token", { type: "bool", value: false }],
  ];
}

/** GPT-2's printable character for a byte. Source: openai/gpt-2, encoder.py, `bytes_to_unicode`. */
function byteCharacter(byte: number): string {
  const prints = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  if (prints(byte)) return String.fromCodePoint(byte);
  let before = 0;
  for (let b = 0; b < byte; b++) if (!prints(b)) before++;
  return String.fromCodePoint(256 + before);
}

function text(value: string): MetadataValue {
  return { type: "string", value };
}

function uint32(value: number): MetadataValue {
  return { type: "uint32", value };
}

function float32(value: number): MetadataValue {
  return { type: "float32", value: Math.fround(value) };
}
