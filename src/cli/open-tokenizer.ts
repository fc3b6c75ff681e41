import { embeddedModel } from "../embedded-model/index.ts";
import { cachedModel, isReference, remoteModel } from "../download/index.ts";
import { type ByteSource, type Gguf, openGguf, openSource } from "../gguf/index.ts";
import { type Tokenizer, createTokenizer } from "../tokenizer/index.ts";

/** Does something with a GGUF file of which only the metadata are read: one that is not here is not fetched for that. */
export async function withGguf<T>(model: string | undefined, use: (gguf: Gguf) => T | Promise<T>): Promise<T> {
  const gguf = await openGguf(await sourceOf(model));
  try {
    return await use(gguf);
  } finally {
    await gguf.close();
  }
}

async function sourceOf(model: string | undefined): Promise<ByteSource> {
  if (model === undefined) return openSource(await embeddedModel());
  if (!isReference(model)) return openSource(model);
  const path = await cachedModel(model);
  if (path !== undefined) return openSource(path);
  const { url, headers } = await remoteModel(model);
  return openSource(url, { headers });
}

/** The tokenizer of a model, without its weights. */
export function openTokenizer(model: string | undefined): Promise<Tokenizer> {
  return withGguf(model, ({ metadata }) => createTokenizer(metadata));
}
