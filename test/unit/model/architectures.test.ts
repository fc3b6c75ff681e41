import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { architectureNames, readConfig } from "../../../src/model/index.ts";
import { nearestName } from "../../../src/model/architectures/nearest-name.ts";
import { editDistance, similarName } from "../../../src/tokenizer/nearest-name.ts";
import { Metadata } from "../../../src/gguf/index.ts";
import { modelNames } from "../../golden/fixtures/architectures/expected.ts";
import { goldenArchitectures } from "../../support/golden-architectures.ts";
import { property } from "../../support/property.ts";

/** The architectures that users were promised. */
const promised = [
  ...["llama", "mistral3", "llama4", "qwen2", "qwen2moe", "qwen3", "qwen3moe", "gemma", "gemma2", "gemma3", "phi2"],
  ...["phi3", "phimoe", "smollm3", "granite", "granitemoe", "olmo", "olmo2", "olmoe", "gpt-oss", "command-r"],
  ...[
    "cohere2",
    "stablelm",
    "starcoder2",
    "internlm2",
    "baichuan",
    "exaone",
    "exaone4",
    "glm4",
    "seed_oss",
    "nemotron",
  ],
  ...["minicpm", "xverse", "orion", "arcee", "hunyuan-dense", "deepseek", "deepseek2", "falcon", "gpt2", "gptneox"],
];

describe("architectures", () => {
  it("are all there", () => {
    expect([...architectureNames].sort()).toEqual([...promised].sort());
  });

  it("are all in the table of what was checked, with a model each and figures within the bounds", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/architectures.md"), "utf8");
    const table = page.slice(page.indexOf("<!-- table -->"), page.indexOf("<!-- end of the table -->"));
    const rows = [...table.matchAll(/^\|([^|\n]*)\| ([^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)].slice(2);
    const named = rows.map(([, name]) => name.trim()).filter((name) => name !== "");
    expect(named).toEqual(architectureNames.map((name) => `\`${name}\``));
    expect(rows.map(([, , model]) => model).sort()).toEqual([...modelNames, ...goldenArchitectures].sort());
    for (const [, , model, ...figures] of rows) {
      const [f32, int8, peer] = figures.map(Number);
      expect(f32, model).toBeLessThanOrEqual(1e-8);
      expect(int8, model).toBeLessThanOrEqual(Math.max(1e-8, 1.55 * peer)); // the figures are rounded
    }
  });

  it.each([
    ["qwen2vl", "qwen2"],
    ["qwen3next", "qwen3"],
    ["llama5", "llama"],
    ["gemma3n", "gemma3"],
    ["deepseek4", "deepseek"],
    ["granitehybrid", "granite"],
    ["exaone-moe", "exaone"],
    ["phi4", "phi2"],
    ["LLaMA", "llama"],
    ["gtp2", "gpt2"],
  ])("what is like %s is %s", (name, nearest) => {
    expect(nearestName(name, architectureNames)).toBe(nearest);
  });

  it("are refused by name, with the nearest one and the guide, in one line", () => {
    const read = (name: string) => () =>
      readConfig(new Metadata([["general.architecture", { type: "string", value: name }]]), 1);
    expect(read("qwen2vl")).toThrow(
      `architecture "qwen2vl" is not supported; the nearest that is: "qwen2"; docs/adding-an-architecture.md shows how to add one`,
    );
    return property(fc.string({ unit: "binary", maxLength: 200 }), (name) => {
      if (architectureNames.includes(name)) return;
      const error = catchError(read(name));
      expect(error).toMatchObject({ name: "ModelError", code: "UNSUPPORTED_ARCHITECTURE" });
      expect(error.message).not.toContain("\n");
      expect(error.message.length).toBeLessThan(600);
    });
  });

  it.each([
    ["sve", "save"],
    ["Save", "save"],
    ["to", "tokens"],
    ["exti", "exit"],
    ["nope", undefined],
    ["x", undefined],
    ["", undefined],
  ])("what was meant by %s is %s", (name, meant) => {
    expect(similarName(name, ["system", "reset", "save", "load", "params", "tokens", "help", "exit"])).toBe(meant);
  });

  it("have a distance that is a metric", () =>
    property(
      fc.tuple(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 })),
      ([a, b, c]) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      },
    ));
});

function catchError(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
