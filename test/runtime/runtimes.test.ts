import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installPacked, run } from "../support/built.ts";
import { record } from "../support/record.ts";
import { type Runtime, runtimes } from "../support/runtimes.ts";
import { hasShared, shared, smollm2 } from "../support/shared.ts";
import { tinyLlama } from "../support/tiny-llama.ts";

interface Result {
  readonly model: string;
  readonly precision: "f32" | "int8";
  readonly greedy: readonly number[];
  readonly logits: string;
}

let project: string;
beforeAll(() => {
  ({ project } = installPacked());
  for (const name of ["plain-script.js", "fingerprint.js"])
    copyFileSync(join(import.meta.dirname, name), join(project, name));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs the plain script there, on the package as a user has it. */
function call(
  { program, args }: Runtime,
  prompt: readonly number[],
  count: number,
  models: readonly string[],
): Result[] {
  const output = run(program, [...args, "plain-script.js", prompt.join(","), String(count), ...models], project);
  return JSON.parse(output) as Result[];
}

/** A test of every runtime; one that is not installed is skipped with the reason, in CI it fails. */
function onEvery(name: string, body: (runtime: Runtime) => Promise<void> | void, needsShared = true): void {
  for (const runtime of runtimes) {
    const title = `${name} on ${runtime.name}`;
    if (needsShared && !hasShared) it.skip(`${title} [skipped: set PELLUCID_SHARED]`, () => undefined);
    else if (runtime.missing !== undefined && process.env.CI === undefined)
      it.skip(`${title} [skipped: ${runtime.missing}]`, () => undefined);
    else it(title, () => body(runtime), 300_000);
  }
}

describe("the built package", () => {
  const reference = runtimes.find(({ name }) => name === "Node 24")!;
  const expected = new Map<string, Result[]>();

  /** The runtimes must agree with Node 24. */
  function agree(runtime: Runtime, prompt: readonly number[], count: number, model: string): Result[] {
    const key = `${model} ${prompt.join(",")}`;
    if (!expected.has(key)) expected.set(key, call(reference, prompt, count, [model]));
    const results = runtime === reference ? expected.get(key)! : call(runtime, prompt, count, [model]);
    for (const { model: file, precision, logits } of results)
      record(`built package, ${runtime.name}: logits of ${file}, ${precision}`, logits, "the same on every runtime");
    expect(results.map(({ precision }) => precision)).toEqual(["f32", "int8"]);
    expect(results).toEqual(expected.get(key));
    return results;
  }

  onEvery(
    "computes a random model's logits bit for bit",
    async (runtime) => {
      const model = join(project, "tiny.Q4_0.gguf");
      writeFileSync(model, await tinyLlama({ format: "Q4_0", headLength: 32 }));
      agree(runtime, [72, 101, 108, 108, 111], 16, model);
    },
    false,
  );

  onEvery("computes a small model's logits bit for bit", (runtime) => {
    const model = shared("golden/architectures/llama-dense.F32.gguf");
    const golden = JSON.parse(readFileSync(model.replace(/gguf$/, "json"), "utf8")) as {
      prompt: number[];
      greedy: number[];
    };
    const [f32] = agree(runtime, golden.prompt, 8, model);
    expect(f32.greedy).toEqual(golden.greedy.slice(0, 8));
  });

  onEvery("computes SmolLM2's logits bit for bit", (runtime) => {
    // "The capital of France is"
    const [f32] = agree(runtime, [504, 3575, 282, 4649, 314], 3, smollm2);
    expect(f32.greedy).toEqual([7042, 30, 198]);
  });
});
