import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LlamaShape } from "./llama-metadata.ts";
import { readFacts } from "./model-facts.ts";
import { formats, readOptions } from "./options.ts";
import { measureOurs, runOurs } from "./ours/run-ours.ts";
import { writeRandom8B } from "./random-8b.ts";
import { writeRandomLlama } from "./random-llama.ts";
import { alternate } from "./support/alternate.ts";
import { root } from "./support/folders.ts";
import { runProgram } from "./support/process.ts";

const tiny: LlamaShape = {
  name: "tiny",
  layers: 1,
  width: 64,
  heads: 4,
  kvHeads: 2,
  feedForward: 96,
  vocabulary: 300,
  contextLength: 64,
  ropeBase: 10000,
};
const library = join(root, "src/index.ts");

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "pellucid-bench-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a made model", () => {
  it("is measured by a process of its own", async () => {
    const path = join(folder, "f16.gguf");
    await writeRandomLlama(path, tiny);
    const settings = { promptTokens: 5, generateTokens: 3, repetitions: 2, depth: 4, kernels: "reference" } as const;
    const run = await measureOurs(path, settings, { library });
    expect(run.prefill).toHaveLength(2);
    expect(run.decode).toHaveLength(2);
    expect(Math.min(...run.prefill, ...run.decode)).toBeGreaterThan(0);
    expect(run.cacheBytes).toBeGreaterThan(0);

    const first = await runOurs("first-token", path, { promptTokens: 5, kernels: "reference" }, { library });
    expect(Number(first.stdout)).toBeLessThan(tiny.vocabulary);
    expect(first.firstOutputMs).toBeGreaterThan(0);
  });

  it("has the same logits each time it is made, in Q4_1 blocks too", async () => {
    const paths = ["a.gguf", "b.gguf"].map((name) => join(folder, name));
    for (const path of paths) await writeRandom8B(path, 1, tiny);
    const prints = paths.map((path) => runOurs("fingerprint", path, { kernels: "reference" }, { library }));
    const [a, b] = (await Promise.all(prints)).map(({ stdout }) => stdout);
    expect(JSON.parse(a)).toMatch(/^[0-9a-f]{8}$/);
    expect(b).toBe(a);
  });

  it("counts the bytes that a token reads, without the embedding where the output matrix is another", async () => {
    const path = join(folder, "facts.gguf");
    await writeRandomLlama(path, tiny);
    const { vocabularySize, weightBytes, bytesPerToken } = await readFacts(path);
    expect(vocabularySize).toBe(tiny.vocabulary);
    expect(weightBytes - bytesPerToken).toBe(2 * tiny.width * tiny.vocabulary);
  });
});

describe("the runs", () => {
  it("come in turns", async () => {
    const calls: string[] = [];
    const call = (name: string) => () => calls.push(name);
    expect(await alternate(2, [call("a"), call("b")])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(calls.join("")).toBe("abab");
  });

  it("tell what a failing program said", async () => {
    const code = `console.error("the reason"); process.exit(3)`;
    await expect(runProgram(process.execPath, ["-e", code])).rejects.toThrow(/ended with 3[^]*the reason/);
  });
});

describe("the options", () => {
  it("default to everything", () => {
    expect(readOptions([], ["native"])).toMatchObject({ tests: ["native"], formats, threads: [1, 2], rounds: 5 });
  });

  it.each([
    ["--formats", "Q9"],
    ["--rounds", "0"],
    ["--threads", "1,x"],
    ["--kernels", "fast"],
    ["--nothing", "1"],
  ])("refuse %s %s", (name, value) => {
    expect(() => readOptions([`${name}=${value}`], ["native"])).toThrow(name);
  });
});
