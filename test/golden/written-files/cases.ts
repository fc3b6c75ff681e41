import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  fileTypes,
  measureStructure,
  chooseStructure,
  pruneStructure,
  pruneWeights,
  quantizeFile,
} from "../../../src/compress/index.ts";
import { embeddedModel } from "../../../src/embedded-model/index.ts";
import { loadModel } from "../../../src/index.ts";
import { corpusStories } from "../../support/corpus.ts";
import { writeSmollm2AsF16 } from "../../support/smollm2-f16.ts";

/** Files that we write, and that llama.cpp is to read as we do. */
export interface WrittenFile {
  readonly name: string;
  /** Whether it is made of SmolLM2, which takes long. */
  readonly isLarge: boolean;
  /** Writes it into a folder, and gives its path. */
  readonly write: (folder: string) => Promise<string>;
}

/** What they are asked to continue, and for how many tokens. */
export const prompt = "Once upon a time, there was a little";
export const steps = 48;

/** Rows of 128 and 352 values: what K formats need falls back, as in llama.cpp. */
const smallTypes = ["F16", "BF16", "Q4_0", "Q5_1", "Q4_K_M", "IQ4_NL", "MXFP4_MOE"];

/** Layers of SmolLM2 that change their input least, on stories. */
const spareLayers = [3, 12, 13, 14, 25, 26];

export const writtenFiles: readonly WrittenFile[] = [
  { name: "stories, as trained and quantised", isLarge: false, write: writeStories },
  small("to F32", (from, to) => quantizeFile(from, to, "F32", { allowRequantize: true })),
  ...smallTypes.map((type) =>
    small(`to ${type}`, (from, to) => quantizeFile(from, to, type, { allowRequantize: true, threads: 1 })),
  ),
  small("without a layer", (from, to) => pruneStructure(from, to, { layers: [2] })),
  small("without 32 channels and a head of each layer", async (from, to) => {
    const channels = Array.from({ length: 4 }, () => Array.from({ length: 32 }, (_, k) => 64 + k));
    await pruneStructure(from, to, { channels, kvHeads: [[0], [1], [2], [3]] });
  }),
  small("half of the weights zero", (from, to) => pruneWeights(from, to, { sparsity: 0.5 })),
  ...fileTypes
    .filter(({ name }) => !["F32", "F16", "Q2_K_S"].includes(name))
    .map(({ name }) => large(`to ${name}`, (from, to) => quantizeFile(from, to, name))),
  large("without 6 layers", (from, to) => pruneStructure(from, to, { layers: spareLayers })),
  large("without a quarter of the channels and three of nine heads", async (from, to) => {
    const model = await loadModel(from);
    const tokens = model.tokenizer.encode(corpusStories("train-0.txt.gz", 8000)).slice(0, 1024);
    const importance = await measureStructure(model.loaded, tokens);
    await model.close();
    await pruneStructure(from, to, chooseStructure(importance, { channels: 384, kvHeads: 1 }));
  }),
  large("half of the weights zero", (from, to) => pruneWeights(from, to, { sparsity: 0.5 })),
];

async function writeStories(folder: string): Promise<string> {
  const path = join(folder, "stories.gguf");

  writeFileSync(path, await embeddedModel());
  return path;
}

function small(what: string, make: (from: string, to: string) => Promise<unknown>): WrittenFile {
  return {
    name: `stories, ${what}`,
    isLarge: false,
    write: async (folder) => {
      const to = join(folder, "written.gguf");
      await make(await writeStories(folder), to);
      return to;
    },
  };
}

/** SmolLM2 as F16 is the first of them, and kept in the folder. */
function large(what: string, make: (from: string, to: string) => Promise<unknown>): WrittenFile {
  return {
    name: `SmolLM2 in F16, ${what}`,
    isLarge: true,
    write: async (folder) => {
      const [from, to] = [await writeSmollm2AsF16(join(folder, "SmolLM2.F16.gguf")), join(folder, "written.gguf")];
      await make(from, to);
      return to;
    },
  };
}

/** What llama.cpp answers for a file of this content. */
export interface ExpectedFile {
  readonly sha256: string;
  readonly prompt: readonly number[];
  readonly greedy: readonly number[];
  readonly margins: readonly number[];
}

export const expectedPath = join(import.meta.dirname, "expected.json");
