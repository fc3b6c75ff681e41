import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTokenizer } from "../../src/tokenizer/index.ts";
import { openGguf, openSource } from "../../src/gguf/index.ts";
import { installPacked, run } from "../support/built.ts";
import { record } from "../support/record.ts";
import { runtimes } from "../support/runtimes.ts";
import { smollm2 } from "../support/shared.ts";

type Ways = Record<"f32" | "int8", Record<string, string>>;

let project: string;
beforeAll(() => {
  ({ project } = installPacked());
  copyFileSync(join(import.meta.dirname, "ways.js"), join(project, "ways.js"));
  copyFileSync(join(import.meta.dirname, "../runtime/fingerprint.js"), join(project, "fingerprint.js"));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const decoded = 16;
let first: { f32: string; int8: string } | undefined;

it.each(runtimes)("every way gives SmolLM2's logits bit for bit on $name", async ({ name, program, args }) => {
  const gguf = await openGguf(await openSource(smollm2));
  const prompt = createTokenizer(gguf.metadata).encode(
    "Once upon a time there was a small boat that wanted to see the sea.",
  );
  await gguf.close();
  const output = run(program, [...args, "ways.js", smollm2, prompt.join(","), String(decoded)], project);
  const ways = JSON.parse(output) as Ways;
  first ??= { f32: ways.f32.reference, int8: ways.int8.reference };
  for (const precision of ["f32", "int8"] as const) {
    const found = Object.entries(ways[precision]);
    const same = found.filter(([, hash]) => hash === first![precision]).length;
    const figure = `${same} of ${found.length} ways give ${first[precision]}`;
    record(
      `SmolLM2 ${precision}, logits of ${prompt.length + decoded} tokens on ${name}`,
      figure,
      "all, and on every runtime",
    );
    expect(ways[precision]).toEqual(Object.fromEntries(found.map(([way]) => [way, first![precision]])));
  }
});
