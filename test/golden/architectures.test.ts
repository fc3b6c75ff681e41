import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { loadModelInto, Context } from "../../src/model/index.ts";
import { naiveGenerate } from "../../src/decode/index.ts";
import { openGguf, openSource } from "../../src/gguf/index.ts";
import { createReferenceBackend } from "../../src/tensor/index.ts";
import { normalisedMeanSquaredError } from "../support/distributions.ts";
import { float32File } from "../support/golden-smollm2.ts";
import { record } from "../support/record.ts";
import { itShared, shared } from "../support/shared.ts";

interface ArchitectureCase {
  readonly model: string;
  readonly tokens: number[];
  readonly logits: string;
  readonly prompt: number[];
  readonly greedy: number[];
  readonly greedy_margin: number[];
}

describe("small random models against llama.cpp", () => {
  for (const name of ["llama-dense.F32"]) {
    itShared(name, async () => {
      const golden = JSON.parse(readFileSync(shared(`golden/architectures/${name}.json`), "utf8")) as ArchitectureCase;
      const expected = float32File(shared("golden/architectures", golden.logits));
      const gguf = await openGguf(await openSource(shared("golden/architectures", golden.model)));
      const model = await loadModelInto(createReferenceBackend("f32"), gguf);
      try {
        const context = new Context(model);
        const error = normalisedMeanSquaredError(await context.forward(golden.tokens), expected);
        record(`${name} f32: normalised mean squared error of the logits`, error, "≤ 1e-9");
        expect(error).toBeLessThanOrEqual(1e-9);
        expect(await naiveGenerate(model, golden.prompt, golden.greedy.length)).toEqual(golden.greedy);
      } finally {
        await gguf.close();
      }
    });
  }
});
