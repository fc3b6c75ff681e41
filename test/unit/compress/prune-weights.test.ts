import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatByName } from "../../../kernels/formats/index.ts";
import { type Sparsity, parsePattern, pruneWeights } from "../../../src/compress/index.ts";
import { markSmallest } from "../../../src/compress/prune/mark-smallest.ts";
import { formatsWithZeros, zeroWriter } from "../../../src/compress/prune/zero-writers.ts";
import { bytesSource, openGguf } from "../../../src/gguf/index.ts";
import { gaussian } from "../../golden/fixtures/architectures/random.ts";
import { madeImatrix } from "../../golden/quants-mixtures/variants.ts";
import { property } from "../../support/property.ts";
import { itShared, shared } from "../../support/shared.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pellucid-prune-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const bitsOf = (values: Float32Array) => new Int32Array(values.buffer, values.byteOffset, values.length);

/** Numbers of a tensor of a file. */
async function read(bytes: Uint8Array, name: string): Promise<{ values: Float32Array; columns: number }> {
  const gguf = await openGguf(bytesSource(bytes));
  const info = gguf.tensors.get(name)!;
  const format = formatByName(info.dtype.name)!;
  const data = await gguf.readTensor(info);
  const values = new Float32Array((data.length / format.blockBytes) * format.blockLength);
  format.unpack(data, 0, data.length / format.blockBytes, values, 0);
  return { values, columns: info.shape[0] };
}

describe("markSmallest", () => {
  it("marks what sorting by score and place puts first", async () => {
    const some = (max: number) => fc.array(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 70 });
    await property(fc.tuple(fc.oneof(some(6), some(1e6)), fc.nat(70)), ([list, wish]) => {
      const count = Math.min(wish, list.length);
      const marks = new Uint8Array(list.length + 2).fill(7);
      markSmallest(Float64Array.from([0, ...list, 0]), 1, list.length + 1, count, marks);
      const order = list.map((_, k) => k).sort((a, b) => list[a] - list[b] || a - b);
      expect([...marks]).toEqual([7, ...list.map((_, k) => (order.indexOf(k) < count ? 1 : 0)), 7]);
    });
  });
});

describe("the zeros of", () => {
  it.each(formatsWithZeros)("%s are exact, and no other value changes a bit", async (name) => {
    const format = formatByName(name)!;
    const length = Math.max(format.blockLength, 8);
    const random = gaussian(11);
    await property(
      fc.uniqueArray(fc.nat(2 * length - 1), { minLength: 1 }),
      (places) => {
        const values = Float32Array.from({ length: 2 * length }, () => random());
        const blocks = values.length / format.blockLength;
        const bytes = new Uint8Array(5 + blocks * format.blockBytes);
        format.pack!(values, 0, blocks, bytes, 5);
        const [before, after] = [new Float32Array(values.length), new Float32Array(values.length)];
        format.unpack(bytes, 5, blocks, before, 0);
        for (const k of places) zeroWriter(name)!(bytes, 5, k);
        format.unpack(bytes, 5, blocks, after, 0);
        const expected = bitsOf(before).slice();
        for (const k of places) {
          expect(after[k]).toBe(after[k] < 0 || Object.is(after[k], -0) ? -0 : 0);
          expected[k] = bitsOf(after)[k];
        }
        expect(bitsOf(after)).toEqual(expected);
      },
      { runs: 50 },
    );
  });
});

describe("pruneWeights", () => {
  const patterns: Sparsity[] = [
    { keep: 2, of: 4 },
    { keep: 1, of: 4 },
    { keep: 4, of: 8 },
    { keep: 3, of: 16 },
  ];
  const sparsities = fc.oneof(fc.double({ min: 0, max: 0.99, noNaN: true }), fc.constantFrom(...patterns));
  const names = ["blk.0.attn_k.weight", "blk.0.ffn_down.weight", "blk.0.ffn_gate.weight"];

  it("zeroes exactly so many of each row, those that count least; the others keep their bits", async () => {
    const models = new Map<string, Uint8Array>();
    const input = fc.record({
      format: fc.constantFrom("F32", "F16", "BF16", "Q8_0", "Q4_0", "Q5_0"),
      sparsity: sparsities,
      weighted: fc.boolean(),
    });
    await property(
      input,
      async ({ format, sparsity, weighted }) => {
        const model = models.get(format) ?? (await tinyLlama({ layers: 1, format }));
        models.set(format, model);
        const imatrix = weighted ? await madeImatrix(model) : undefined;
        const result = await pruneWeights(model, at("out.gguf"), { sparsity, imatrix });
        const output = readFileSync(at("out.gguf"));
        expect(output.length).toBe(model.length);
        expect(result.tensors).toHaveLength(7);
        for (const name of names) {
          const [{ values: before, columns }, { values: after }] = [await read(model, name), await read(output, name)];
          const span = typeof sparsity === "number" ? columns : sparsity.of;
          const zeros = typeof sparsity === "number" ? Math.round(sparsity * columns) : sparsity.of - sparsity.keep;
          const sums = imatrix?.entries.get(name)?.sums;
          const scoreOf = (k: number) =>
            Math.abs(before[k]) * Math.sqrt(sums === undefined ? 1 : sums[k % columns] / 16);
          for (let from = 0; from < before.length; from += span) {
            const places = Array.from({ length: span }, (_, k) => from + k);
            places.sort((a, b) => scoreOf(a) - scoreOf(b) || a - b);
            expect(places.slice(0, zeros).every((k) => after[k] === 0)).toBe(true);
            expect(places.slice(zeros).every((k) => Object.is(after[k], before[k]))).toBe(true);
          }
          const counted = result.tensors.find((tensor) => tensor.name === name)!;
          expect(counted.zerosBefore).toBe(before.filter((value) => value === 0).length);
          expect(counted.zeros).toBe(after.filter((value) => value === 0).length);
        }
      },
      { runs: 25 },
    );
  });

  it("touches no embedding, output, norm or bias", async () => {
    const model = await tinyLlama({ layers: 1, tied: false, biases: true });
    await pruneWeights(model, at("out.gguf"), { sparsity: 0.9 });
    const output = readFileSync(at("out.gguf"));
    for (const name of ["token_embd.weight", "output.weight", "blk.0.attn_norm.weight", "blk.0.ffn_up.bias"]) {
      expect(await read(output, name)).toEqual(await read(model, name));
    }
  });

  it("of nothing gives the same file", async () => {
    for (const format of ["F16", "Q8_0", "Q4_0"]) {
      const model = await tinyLlama({ format });
      for (const sparsity of [0, { keep: 4, of: 4 }]) {
        const { zeros, zerosBefore } = await pruneWeights(model, at("out.gguf"), { sparsity });
        expect(readFileSync(at("out.gguf")).equals(model)).toBe(true);
        expect(zeros).toBe(zerosBefore);
      }
    }
  });

  itShared("prunes experts too, by magnitude", async () => {
    const path = shared("golden/architectures/llama-moe.Q8_0.gguf");
    const { tensors } = await pruneWeights(path, at("out.gguf"), { sparsity: { keep: 2, of: 4 } });
    const experts = tensors.filter(({ name }) => name.includes("_exps"));
    expect(experts.length).toBeGreaterThan(2);
    for (const { values, zeros } of experts) expect(zeros).toBeGreaterThanOrEqual(values / 2);
    expect(tensors.some(({ name }) => name.includes("ffn_gate_inp"))).toBe(false);
    const imatrix = { entries: new Map(), datasets: [], chunkCount: 1, chunkSize: 1 };
    const error = { code: "NEEDS_IMATRIX", message: expect.stringContaining("blk.0.") as string };
    await expect(pruneWeights(path, at("out.gguf"), { sparsity: 0.5, imatrix })).rejects.toMatchObject(error);
  });

  it("refuses what can't be, and leaves what was there", async () => {
    const model = await tinyLlama({ layers: 1 });
    writeFileSync(at("kept.gguf"), "before");
    const refuse = (input: Uint8Array, sparsity: Sparsity, code: string, part: string) =>
      expect(pruneWeights(input, at("kept.gguf"), { sparsity })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(part) as string,
      });
    for (const sparsity of [1, -0.1, NaN, Infinity]) await refuse(model, sparsity, "INVALID_ARGUMENT", "a share");
    for (const [keep, of] of [
      [0, 4],
      [5, 4],
      [1.5, 4],
    ]) {
      await refuse(model, { keep, of }, "INVALID_ARGUMENT", `${keep}:${of} is not possible`);
    }
    await refuse(model, { keep: 2, of: 5 }, "UNSUPPORTED_SHAPE", "no multiple of 5");
    for (const format of ["Q4_1", "Q5_1", "IQ4_NL"]) {
      await refuse(await tinyLlama({ layers: 1, format }), 0.5, "NO_EXACT_ZEROS", "quantize IN OUT F16");
    }
    const imatrix = await madeImatrix(await tinyLlama({ layers: 1, headLength: 32 }));
    const wrong = pruneWeights(model, at("kept.gguf"), { sparsity: 0.5, imatrix });
    await expect(wrong).rejects.toMatchObject({ code: "BAD_IMATRIX" });
    const info = (await openGguf(bytesSource(model))).tensors.get("blk.0.ffn_up.weight")!;
    new DataView(model.buffer, model.byteOffset).setFloat32(info.position + 4 * (3 * 64 + 7), NaN, true);
    await refuse(model, 0.5, "NON_FINITE_WEIGHT", 'tensor "blk.0.ffn_up.weight": an infinite or NaN value in row 3');
    expect(readFileSync(at("kept.gguf"), "utf8")).toBe("before");
    expect(readdirSync(folder).sort()).toEqual(["kept.gguf", "out.gguf"]);
  });

  it("stops when aborted, and tells of a full disk", async () => {
    const controller = new AbortController();
    const model = await tinyLlama();
    const onProgress = () => controller.abort(new Error("enough"));
    const aborted = pruneWeights(model, at("aborted.gguf"), { sparsity: 0.5, signal: controller.signal, onProgress });
    await expect(aborted).rejects.toThrow("enough");
    expect(readdirSync(folder).filter((name) => name.includes("aborted"))).toEqual([]);
    if (!existsSync("/dev/full")) return;
    const full = pruneWeights(model, "/dev/full", { sparsity: 0.5 });
    await expect(full).rejects.toMatchObject({ code: "UNWRITABLE" });
  });
});

describe("parsePattern", () => {
  it("reads N:M and refuses the rest", () => {
    expect(parsePattern("2:4")).toEqual({ keep: 2, of: 4 });
    for (const text of ["2", "2:", ":4", "a:b", "-1:4", "2:4:8", "4:2", "0:4"]) {
      expect(() => parsePattern(text)).toThrow(/is no pattern|is not possible/);
    }
  });
});
