import { InvalidArgumentError } from "../../errors.ts";
import { type Gguf, contentOf, fileSource, openGguf, writeGgufFile } from "../../gguf/index.ts";
import { fileExists, makeFolder, readSmallText, writeFileAtomically } from "../../platform/index.ts";
import { createTokenizer } from "../../tokenizer/index.ts";
import { WordCounter, trainBytePairs } from "./byte-pair-trainer.ts";
import { newModel } from "./new-model.ts";
import type { NewModelOptions, Settings, TrainOptions } from "./options.ts";
import { oneChunk, readTokens, tokenizeTexts, visitDocuments, writeTokens } from "./token-file.ts";
import type { TokenArray } from "./windows.ts";

/** What a run works with, read once and kept in its folder. */
export interface Prepared {
  /** The model before its first step. */
  readonly start: Gguf;
  readonly tokens: TokenArray;
  readonly validation: TokenArray;
  readonly facts: Facts;
}

/** What can't be seen from the tokens. */
interface Facts {
  /** The settings that decide the result, as JSON: a run goes on only with the same. */
  readonly settings: string;
  readonly documents: number;
  readonly bytes: number;
  readonly validationBytes: number;
}

const preTokenizer = "smollm";

/**
 * Makes the run's folder, or finds it made: the start model, the texts as tokens.
 * @throws InvalidArgumentError for other settings than the folder's, or a folder that is there without `resume`
 */
export async function prepare(folder: string, settings: Settings, options: TrainOptions): Promise<Prepared> {
  const key = JSON.stringify(settings);
  const [factsFile, startFile] = [`${folder}/run.json`, `${folder}/start.gguf`];
  const [tokensFile, validationFile] = [`${folder}/train.tokens`, `${folder}/validation.tokens`];
  const kept = await readSmallText(factsFile);
  if (kept !== undefined) {
    if (options.resume !== true) {
      throw new InvalidArgumentError(`${folder} holds a run already: resume it, or remove the folder`);
    }
    const facts = JSON.parse(kept) as Facts;
    if (facts.settings !== key) {
      throw new InvalidArgumentError(
        `${folder} holds a run with other settings (run.json): take those, or another name`,
      );
    }
    const start = await openGguf(await fileSource(startFile));
    const { vocabularySize } = createTokenizer(start.metadata);
    const [tokens, validation] = [
      await readTokens(tokensFile, vocabularySize),
      await readTokens(validationFile, vocabularySize),
    ];
    return { start, tokens, validation, facts };
  }

  await makeFolder(folder);
  await writeStart(startFile, settings, options);
  const start = await openGguf(await fileSource(startFile));
  const tokenizer = createTokenizer(start.metadata);
  const { separator, files } = settings;
  const { signal } = options;
  const onProgress = (bytes: number) => options.onEvent?.({ event: "reading", what: "tokens", bytes });
  const train = await tokenizeTexts(tokenizer, { paths: files, separator, signal, onProgress });
  const valid = await tokenizeTexts(tokenizer, { paths: settings.validation, separator, signal });
  await writeTokens(tokensFile, train.tokens);
  await writeTokens(validationFile, valid.tokens);
  const { documents, bytes } = train;
  const facts: Facts = { settings: key, documents, bytes, validationBytes: valid.bytes };
  await writeFileAtomically(factsFile, oneChunk(new TextEncoder().encode(JSON.stringify(facts))));
  return { start, tokens: train.tokens, validation: valid.tokens, facts };
}

async function writeStart(path: string, { model, ...settings }: Settings, options: TrainOptions): Promise<void> {
  if (typeof model !== "string") {
    await writeGgufFile(path, await startModel(model, settings, options));
    return;
  }
  if (!(await fileExists(model))) throw new InvalidArgumentError(`${model}: there is no such model`);
  const gguf = await openGguf(await fileSource(model));
  try {
    await writeGgufFile(path, contentOf(gguf), { signal: options.signal });
  } finally {
    await gguf.close();
  }
}

/** A new model, its vocabulary made from the texts. */
async function startModel(model: NewModelOptions, settings: Omit<Settings, "model">, options: TrainOptions) {
  const { separator, files, context, seed } = settings;
  const counter = new WordCounter(preTokenizer);
  const onProgress = (bytes: number) => options.onEvent?.({ event: "reading", what: "words", bytes });
  const { signal } = options;
  await visitDocuments({ paths: files, separator, signal, onProgress }, (text) => counter.add(text));
  const { name, vocabulary: size, ...shape } = model;
  const vocabulary = trainBytePairs(counter.counts, { size, special: [separator], preTokenizer });
  if (vocabulary.tokens.length < size) {
    const most = vocabulary.tokens.length;
    throw new InvalidArgumentError(`the texts have words for ${most} tokens only, not ${size}`);
  }
  return newModel(name, { ...shape, context }, vocabulary, seed);
}
