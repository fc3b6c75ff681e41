import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatByName } from "../../kernels/formats/index.ts";
import { record } from "../support/record.ts";

/** Written by `quants-ties/make.c` with ggml. */
const folder = join(import.meta.dirname, "quants-ties");
const singles = (file: string) => new Float32Array(Uint8Array.from(readFileSync(join(folder, file))).buffer);

const names = ["F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K"];
names.push("IQ4_NL", "IQ4_XS", "TQ1_0", "TQ2_0", "MXFP4");

describe("rows of exact ties that ggml packed", () => {
  const input = singles("input.f32");
  const importance = singles("importance.f32");

  for (const name of names) {
    for (const weighted of [false, true]) {
      it(`${name}${weighted ? " with importance" : ""} packs to the same bytes`, () => {
        const format = formatByName(name)!;
        const own = join(folder, `${name}.importance.bin`);
        // The file is missing where weights make no difference.
        const file = weighted && existsSync(own) ? own : join(folder, `${name}.bin`);
        const expected = new Uint8Array(readFileSync(file));
        const actual = new Uint8Array(expected.length);
        const options = weighted ? { importance } : {};
        format.pack!(input, 0, input.length / format.blockLength, actual, 0, options);
        const wrong = [...expected.keys()].filter((k) => actual[k] !== expected[k]);
        const rows = new Set(wrong.map((k) => Math.floor((k * 12) / expected.length)));
        const found = wrong.length === 0 ? "equal" : `${wrong.length} bytes differ, in rows ${[...rows].join(", ")}`;
        if (weighted) record(`quants, ties: ${name}, ${expected.length} bytes packed with importance`, found, "equal");
        else record(`quants, ties: ${name}, ${expected.length} bytes packed`, found, "equal");
        expect(found).toBe("equal");
      });
    }
  }
});
