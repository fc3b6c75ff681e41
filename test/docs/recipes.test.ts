import { cpSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked, root, run } from "../support/built.ts";
import { runtimes } from "../support/runtimes.ts";
import { hasShared, smollm2 } from "../support/shared.ts";

const source = join(root, "docs/recipes");
let folder: string;
const names = readdirSync(source).filter((name) => name.endsWith(".js"));

/** What each prints on SmolLM2. */
const expected: Readonly<Record<string, RegExp>> = {
  "abort-with-timeout.js": /… and time was up\nlength\n$/,
  "attention.js": /^0\.\d\d #* The\n0\.\d\d/,
  "batch.js": /^\{"prompt":"The capital of France is","text":" Paris\./,
  "chat.js": /^> What is the capital of France\?\n.*Paris.*\n> And of Italy\?\n.+\n$/,
  "classification.js": /^positive: I loved.*\n(?:positive|negative): A waste.*\n$/,
  "count-tokens.js": /^4 tokens: "Hello" "," " world" "!"\n/,
  "custom-sampler.js": /^[^eE]+\n$/,
  "embeddings-search.js": /^(?:0\.\d{3} .+\n){3}$/,
  "json-extraction.js": /^\{"name":.*\}\n$/,
  "perplexity.js": /^\d+\.\d over \d+ tokens: The cat[^]*\n\d+\.\d over/,
  "story.js": /^.{40}/s,
  "summarise-file.js": /^.+/,
  "tool-call.js": /^get_weather\(\{"city":".*\}\)\n./,
};

beforeAll(() => {
  folder = installPacked().project;
  cpSync(source, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the recipes", () => {
  it("are listed, and each has what it should print", () => {
    const page = readFileSync(join(source, "README.md"), "utf8");
    expect([...page.matchAll(/\]\(([a-z-]+\.js)\)/g)].map((match) => match[1]).sort()).toEqual(names);
    expect(Object.keys(expected)).toEqual(names);
  });

  for (const { name, program, args, missing } of runtimes.filter((runtime) => /Node 24|Deno|Bun/.test(runtime.name))) {
    for (const recipe of names) {
      const title = `${recipe} runs on ${name}`;
      if (!hasShared) it.skip(`${title} [skipped: set PELLUCID_SHARED]`, () => undefined);
      else if (missing !== undefined && process.env.CI === undefined)
        it.skip(`${title} [skipped: ${missing}]`, () => undefined);
      else it(title, () => expect(run(program, [...args, recipe, smollm2], folder)).toMatch(expected[recipe]), 180_000);
    }
  }
});
