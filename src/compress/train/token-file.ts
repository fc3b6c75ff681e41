import { InvalidArgumentError } from "../../errors.ts";
import { openFile, writeFileAtomically, yieldToEventLoop } from "../../platform/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import { readDocuments } from "./documents.ts";
import type { TokenArray } from "./windows.ts";

/** Texts as tokens, each followed by the end token. */
export interface TokenizedTexts {
  readonly tokens: TokenArray;
  readonly documents: number;
  /** UTF-8 bytes of the texts, without what separates them. */
  readonly bytes: number;
}

export interface TextSource {
  readonly paths: readonly string[];
  /** Stands between texts, on a line of its own. */
  readonly separator: string;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then, with the bytes of text that were read. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

const documentsPerTurn = 256;

/** Calls `visit` with each text; the event loop turns in between. Returns their bytes. */
export async function visitDocuments(source: TextSource, visit: (text: string) => void): Promise<number> {
  const encoder = new TextEncoder();
  let [bytes, count] = [0, 0];
  for await (const text of readDocuments(source.paths, source.separator)) {
    visit(text);
    bytes += encoder.encode(text).length;
    if (++count % documentsPerTurn !== 0) continue;
    source.signal?.throwIfAborted();
    source.onProgress?.(bytes);
    await yieldToEventLoop();
  }
  return bytes;
}

/** @throws InvalidArgumentError where the tokenizer has no end token */
export async function tokenizeTexts(tokenizer: Tokenizer, source: TextSource): Promise<TokenizedTexts> {
  const end = tokenizer.eos;
  if (end === undefined) throw new InvalidArgumentError("the model's tokenizer has no end token");
  const make = (length: number): TokenArray =>
    tokenizer.vocabularySize <= 2 ** 16 ? new Uint16Array(length) : new Uint32Array(length);
  let tokens = make(2 ** 16);
  let [length, documents] = [0, 0];
  const bytes = await visitDocuments(source, (text) => {
    documents++;
    const ids = tokenizer.encode(text, { addSpecial: false, parseSpecial: false });
    if (length + ids.length + 1 > tokens.length) {
      const larger = make(2 * (length + ids.length + 1));
      larger.set(tokens.subarray(0, length));
      tokens = larger;
    }
    tokens.set(ids, length);
    length += ids.length;
    tokens[length++] = end;
  });
  return { tokens: tokens.slice(0, length), documents, bytes };
}

/** Keeps tokens in a file, as they are in memory. */
export async function writeTokens(path: string, tokens: TokenArray): Promise<void> {
  await writeFileAtomically(path, oneChunk(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)));
}

export async function readTokens(path: string, vocabulary: number): Promise<TokenArray> {
  const file = await openFile(path);
  try {
    const { buffer } = await file.read(0, file.size);
    return vocabulary <= 2 ** 16 ? new Uint16Array(buffer) : new Uint32Array(buffer);
  } finally {
    await file.close();
  }
}

// eslint-disable-next-line @typescript-eslint/require-await
export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
