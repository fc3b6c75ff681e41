/**
 * Writes `expected.json`: what llama.cpp continues the prompt with, of files that we write, turned to F32 by
 * `llama-quantize`; and before that, whether node-llama-cpp loads each file as it is and generates with it.
 *
 *     node test/golden/written-files/make.ts LLAMA_CPP/build/bin EVALUATE NODE_LLAMA_CPP [small]
 *
 * EVALUATE is `../fixtures/architectures/evaluate.cpp`, compiled; NODE_LLAMA_CPP the folder of that package. With `small`
 * only files made of the embedded model, and the others stay as they are.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openTokenizer } from "../../../src/cli/open-tokenizer.ts";
import { sha256OfFile } from "../../../src/platform/index.ts";
import { runContinue } from "../fixtures/architectures/run-evaluate.ts";
import { type ExpectedFile, expectedPath, prompt, steps, writtenFiles } from "./cases.ts";

interface Llama {
  readonly loadModel: (options: { modelPath: string }) => Promise<{
    readonly createContext: (options: object) => Promise<{
      readonly getSequence: () => { readonly evaluate: (tokens: number[], options: object) => AsyncIterable<number> };
    }>;
    readonly dispose: () => Promise<void>;
  }>;
}

const [bin, evaluate, nodeLlamaCpp, which] = process.argv.slice(2);
const { getLlama } = (await import(pathToFileURL(join(nodeLlamaCpp, "dist/index.js")).href)) as {
  getLlama: (options: object) => Promise<Llama>;
};
const llama = await getLlama({ gpu: false, build: "never", progressLogs: false });
const folder = mkdtempSync(join(tmpdir(), "written-files-"));
const found = which === "small" ? (JSON.parse(readFileSync(expectedPath, "utf8")) as Record<string, ExpectedFile>) : {};
try {
  for (const { name, isLarge, write } of writtenFiles) {
    if (isLarge && which === "small") continue;
    const path = await write(folder);
    const promptTokens = (await openTokenizer(path)).encode(prompt);
    const generated = await generate(path, promptTokens);
    const exact = join(folder, "exact.gguf");
    execFileSync(join(bin, "llama-quantize"), ["--allow-requantize", path, exact, "F32"], { stdio: "ignore" });
    const { greedy, margins } = runContinue(evaluate, exact, promptTokens, steps);
    found[name] = { sha256: await sha256OfFile(path), prompt: promptTokens, greedy, margins };
    console.log(`${name}: node-llama-cpp generated ${generated} tokens`);
    const lines = Object.entries(found).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
    writeFileSync(expectedPath, `{\n${lines.join(",\n")}\n}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** @throws Error where node-llama-cpp does not load the file, or generates nothing */
async function generate(path: string, tokens: readonly number[]): Promise<number> {
  const model = await llama.loadModel({ modelPath: path });
  try {
    const context = await model.createContext({ contextSize: 128, threads: 2 });
    const tokensOf = context.getSequence().evaluate([...tokens], { temperature: 0, yieldEogTokens: true });
    const iterator = tokensOf[Symbol.asyncIterator]();
    let count = 0;
    while (count < 16 && (await iterator.next()).done !== true) count++;
    await iterator.return?.();
    if (count === 0) throw new Error(`${path}: node-llama-cpp generated nothing`);
    return count;
  } finally {
    await model.dispose();
  }
}
