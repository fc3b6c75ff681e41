import { type Gguf, openGguf, openSource } from "../gguf/index.ts";
import { type Tokenizer, createTokenizer } from "../tokenizer/index.ts";
import { needModel } from "./no-model.ts";

/** Does something with a GGUF file of which only the metadata are read. */
export async function withGguf<T>(model: string | undefined, use: (gguf: Gguf) => T | Promise<T>): Promise<T> {
  const gguf = await openGguf(await openSource(needModel(model)));
  try {
    return await use(gguf);
  } finally {
    await gguf.close();
  }
}

/** The tokenizer of a model, without its weights. */
export function openTokenizer(model: string | undefined): Promise<Tokenizer> {
  return withGguf(model, ({ metadata }) => createTokenizer(metadata));
}
