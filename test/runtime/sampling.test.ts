import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked, run } from "../support/built.ts";
import { record } from "../support/record.ts";
import { type Runtime, runtimes } from "../support/runtimes.ts";
import { hasShared, smollm2 } from "../support/shared.ts";
import { tinyLlama } from "../support/tiny-llama.ts";

type Texts = Record<string, { text: string; tokens: number[]; logprobs: unknown[] }[]>;

let project: string;
beforeAll(() => {
  ({ project } = installPacked());
  copyFileSync(join(import.meta.dirname, "seeded-script.js"), join(project, "seeded-script.js"));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const reference = runtimes.find(({ name }) => name === "Node 24")!;
const isLong = process.env.PELLUCID_CONFORMANCE !== undefined;
const expected = new Map<string, Texts>();

function call({ program, args }: Runtime, model: string, count: number): Texts {
  return JSON.parse(run(program, [...args, "seeded-script.js", model, String(count)], project)) as Texts;
}

/** The texts are the same on 1 and 4 threads, and as on Node 24; `least` of them differ (a random model is sure of itself). */
function agree(runtime: Runtime, model: string, count: number, least: number): void {
  const texts = call(runtime, model, count);
  if (!expected.has(model)) expected.set(model, runtime === reference ? texts : call(reference, model, count));
  for (const [name, [one, four]] of Object.entries(texts)) {
    expect(four, name).toEqual(one);
    expect(one.tokens.length, name).toBeGreaterThan(0);
  }
  expect(texts).toEqual(expected.get(model));
  const different = new Set(Object.values(texts).map(([{ tokens }]) => tokens.join())).size;
  expect(different).toBeGreaterThanOrEqual(least);
  record(
    `same seeds, ${runtime.name}: ${Object.keys(texts).length} ways of sampling`,
    "same texts",
    "on 1 and 4 threads",
  );
}

describe("the same seed gives the same text on 1 and 4 threads", () => {
  for (const runtime of runtimes) {
    if (runtime.missing !== undefined && process.env.CI === undefined) {
      it.skip(`on ${runtime.name} [skipped: ${runtime.missing}]`, () => undefined);
      continue;
    }
    it(`by a random model on ${runtime.name}`, async () => {
      const model = join(project, "tiny.gguf");
      writeFileSync(model, await tinyLlama({ format: "Q4_0", headLength: 32, tied: false }));
      agree(runtime, model, 24, 2);
    }, 300_000);
    // The real model on one version of each runtime: the rest differ in nothing that sampling uses. All in conformance.
    if (!isLong && !["Node 24", "Deno 2", "Bun 1"].includes(runtime.name)) continue;
    if (!hasShared) it.skip(`by SmolLM2 on ${runtime.name} [skipped: set PELLUCID_SHARED]`, () => undefined);
    else it(`by SmolLM2 on ${runtime.name}`, () => agree(runtime, smollm2, isLong ? 24 : 8, 4), 300_000);
  }
});
