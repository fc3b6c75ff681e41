import { type Gguf, Metadata, type TensorToWrite, dtypeByName, serializeGguf } from "../../gguf/index.ts";

/**
 * One layer of a model as a model of its own, which turns residual states into residual states: its vocabulary is the
 * tokens of a text, and what it embeds them as are the states that come into the layer.
 * @param states [tokens, width]
 * @param quantized blocks that take the place of the file's tensors, by their names
 */
export async function layerModel(
  gguf: Gguf,
  layer: number,
  states: Float32Array,
  width: number,
  quantized: ReadonlyMap<string, { readonly format: string; readonly bytes: Uint8Array }>,
): Promise<Uint8Array> {
  const prefix = `blk.${layer}.`;
  const tensors: TensorToWrite[] = [
    {
      name: "token_embd.weight",
      dtype: dtypeByName("F32")!,
      shape: [width, states.length / width],
      data: new Uint8Array(states.buffer, states.byteOffset, states.byteLength),
    },
  ];
  for (const info of gguf.tensors.values()) {
    const { name, dtype, shape } = info;
    const isShared = !name.startsWith("blk.") && name !== "token_embd.weight" && name !== "output.weight";
    if (!isShared && !name.startsWith(prefix)) continue;
    const other = quantized.get(name);
    tensors.push({
      name: name.replace(prefix, "blk.0."),
      dtype: other === undefined ? dtype : dtypeByName(other.format)!,
      shape,
      data: other?.bytes ?? (await gguf.readTensor(info)),
    });
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of serializeGguf({ metadata: layerMetadata(gguf.metadata), tensors })) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Without a vocabulary, and with one layer. */
function layerMetadata(metadata: Metadata): Metadata {
  const architecture = metadata.string("general.architecture");
  const kept = [...metadata].filter(([key]) => !key.startsWith("tokenizer.") && key !== `${architecture}.vocab_size`);
  return new Metadata(
    kept.map(([key, value]) =>
      key === `${architecture}.block_count` ? [key, { type: "uint32", value: 1 }] : [key, value],
    ),
  );
}
