import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chooseFormats, fileTypeByName, quantizeFile } from "../../src/compress/index.ts";
import { bytesSource, openGguf } from "../../src/gguf/index.ts";
import { record } from "../support/record.ts";
import { cases, listFormats, madeImatrix, tinyLlama, variants } from "./quants-mixtures/variants.ts";

/** Written by `quants-mixtures/make.ts` with llama-quantize; null where that refuses. */
const made = JSON.parse(readFileSync(join(import.meta.dirname, "quants-mixtures/formats.json"), "utf8")) as Record<
  string,
  { formats: Record<string, string>; sha256?: string } | null
>;

const keyOf = ({ variant, type, weighted }: ReturnType<typeof cases>[number]) =>
  `${variant}, ${type}${weighted ? ", weighted" : ""}`;

describe("mixtures of llama-quantize", () => {
  const models = new Map<string, Uint8Array>();
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "pellucid-mixtures-"));
    for (const [name, options] of Object.entries(variants)) models.set(name, await tinyLlama(options));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("give every tensor the same format", async () => {
    let count = 0;
    for (const { variant, type, weighted } of cases()) {
      const expected = made[keyOf({ variant, type, weighted })];
      if (expected === null) continue;
      const gguf = await openGguf(bytesSource(models.get(variant)!));
      const plans = chooseFormats(gguf, fileTypeByName(type), { weighted });
      const formats = listFormats(plans.map(({ info, format }) => [info.name, format]));
      expect(formats, keyOf({ variant, type, weighted })).toEqual(expected.formats);
      count += plans.length;
    }
    record(`quantize: formats of ${count} tensors, as llama-quantize chooses`, "equal", "equal");
  });

  const long = process.env.PELLUCID_CONFORMANCE !== undefined;
  for (const one of cases()) {
    const { variant, type, weighted } = one;
    if (made[keyOf(one)]?.sha256 === undefined || (!long && variant === "four query heads a key")) continue;
    it(`write the same file: ${keyOf(one)}`, async () => {
      const model = models.get(variant)!;
      const out = join(folder, "out.gguf");
      const imatrix = weighted ? await madeImatrix(model) : undefined;
      await quantizeFile(model, out, type, { imatrix, imatrixFile: "imatrix.gguf", threads: 1 });
      const sha256 = createHash("sha256").update(readFileSync(out)).digest("hex");
      record(`quantize: the file of ${keyOf(one)}, against llama-quantize's`, sha256, made[keyOf(one)]!.sha256);
      expect(sha256).toBe(made[keyOf(one)]!.sha256);
    });
  }
});
