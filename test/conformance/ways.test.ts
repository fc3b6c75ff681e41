import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { quantizeFile } from "../../src/compress/index.ts";
import { createTokenizer } from "../../src/tokenizer/index.ts";
import { openGguf, openSource } from "../../src/gguf/index.ts";
import { randomLlamaShape, writeRandomLlama } from "../bench/random-llama.ts";
import { run } from "../support/built.ts";
import { goldenArchitecture, goldenArchitectures } from "../support/golden-architectures.ts";
import { record } from "../support/record.ts";
import { runtimes } from "../support/runtimes.ts";
import { hasShared, itShared, smollm2 } from "../support/shared.ts";
import { writeSmollm2AsF16 } from "../support/smollm2-f16.ts";

type Ways = Record<"f32" | "int8", Record<string, string>>;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pellucid-ways-"));
  await build({
    entryPoints: [join(import.meta.dirname, "ways.js")],
    outfile: join(folder, "ways.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    external: ["node:*"],
    logLevel: "warning",
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Case {
  readonly name: string;
  /** The model's file, written where it is not there, and the tokens to begin with. */
  readonly prepare: () => Promise<{ readonly path: string; readonly prompt: readonly number[] }>;
  /** Tokens after those. */
  readonly decoded: number;
}

/** SmolLM2 in other formats than its own. */
const formats = ["F16", "F32", "BF16", "Q4_0", "Q5_0", "Q5_1", "Q8_0", "IQ4_NL"];
/** Its rows of 576 values suit no K format, so these are a random model's. */
const kFormats = ["Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_XS"];

const cases: readonly Case[] = [
  { name: "SmolLM2", decoded: 16, prepare: async () => ({ path: smollm2, prompt: await tokensOfText() }) },
  ...formats.map((type) => ({
    name: `SmolLM2 in ${type}`,
    decoded: 2,
    prepare: async () => {
      const prompt = (await tokensOfText()).slice(0, 6);
      const whole = await writeSmollm2AsF16(join(folder, "whole.gguf"));
      if (type === "F16") return { path: whole, prompt };
      const path = join(folder, "quantized.gguf");
      await quantizeFile(whole, path, type);
      return { path, prompt };
    },
  })),
  ...kFormats.map((type) => ({
    name: `a random LLaMA in ${type}`,
    decoded: 2,
    prepare: async () => {
      const [whole, path] = [join(folder, "random.gguf"), join(folder, "quantized.gguf")];
      if (!existsSync(whole)) await writeRandomLlama(whole);
      await quantizeFile(whole, path, type);
      return { path, prompt: (await tokensOfText()).slice(0, 6).map((token) => token % randomLlamaShape.vocabulary) };
    },
  })),
  ...goldenArchitectures.map((name) => ({
    name,
    decoded: 2,
    prepare: () => {
      const { path, tokens } = goldenArchitecture(name);
      return Promise.resolve({ path, prompt: tokens });
    },
  })),
];

const text = "Once upon a time there was a small boat that wanted to see the sea.";

async function tokensOfText(): Promise<number[]> {
  const gguf = await openGguf(await openSource(smollm2));
  const tokens = createTokenizer(gguf.metadata).encode(text);
  await gguf.close();
  return tokens;
}

describe.each(cases)("every way gives the logits of $name bit for bit", ({ name, decoded, prepare }) => {
  let path = "";
  let prompt: readonly number[] = [];
  let first: { f32: string; int8: string } | undefined;
  beforeAll(async () => {
    if (!hasShared) return;
    ({ path, prompt } = await prepare());
  }, 600_000);

  for (const runtime of runtimes) {
    itShared(`on ${runtime.name}`, () => {
      const { program, args } = runtime;
      const output = run(program, [...args, "ways.js", path, prompt.join(","), String(decoded)], folder);
      const ways = JSON.parse(output) as Ways;
      first ??= { f32: ways.f32.reference, int8: ways.int8.reference };
      for (const precision of ["f32", "int8"] as const) {
        const found = Object.entries(ways[precision]);
        const same = found.filter(([, hash]) => hash === first![precision]).length;
        const figure = `${same} of ${found.length} ways give ${first[precision]}`;
        const what = `${name} ${precision}, logits of ${prompt.length + decoded} tokens on ${runtime.name}`;
        record(what, figure, "all, and on every runtime");
        expect(ways[precision]).toEqual(Object.fromEntries(found.map(([way]) => [way, first![precision]])));
      }
    });
  }
});
