import { openGguf, openSource } from "../../src/gguf/index.ts";

/** What the bench needs to know of a model file. */
export interface ModelFacts {
  readonly vocabularySize: number;
  /** Bytes of all tensors. */
  readonly weightBytes: number;
  /** Bytes of weights that decoding a token reads: all but the embedding, unless that is the output matrix too. */
  readonly bytesPerToken: number;
}

export async function readFacts(path: string): Promise<ModelFacts> {
  const gguf = await openGguf(await openSource(path));
  const embedding = gguf.tensors.get("token_embd.weight");
  const weightBytes = [...gguf.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const unread = gguf.tensors.has("output.weight") ? (embedding?.byteLength ?? 0) : 0;
  await gguf.close();
  return { vocabularySize: embedding?.shape[1] ?? 0, weightBytes, bytesPerToken: weightBytes - unread };
}
