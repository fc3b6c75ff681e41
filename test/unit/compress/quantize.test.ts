import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { quantizeFile } from "../../../src/compress/index.ts";
import { Metadata, bytesSource, contentOf, openGguf, serializeGguf } from "../../../src/gguf/index.ts";
import { madeImatrix } from "../../golden/quants-mixtures/variants.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pellucid-quantize-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

describe("quantizeFile", () => {
  it("gives the same bytes for any number of threads, and of a split input", async () => {
    const model = await tinyLlama({ headLength: 32, layers: 3 });
    writeFileSync(at("in.gguf"), model);
    await writeSplit(model);
    const outputs: Buffer[] = [];
    for (const [input, threads] of [
      ["in.gguf", 1],
      ["in.gguf", 2],
      ["in.gguf", 3],
      ["part-00001-of-00002.gguf", 2],
    ] as const) {
      const { formats } = await quantizeFile(at(input), at("out.gguf"), "q4_k_m", { threads });
      expect(formats.get("Q5_0")).toBeGreaterThan(5);
      outputs.push(readFileSync(at("out.gguf")));
    }
    for (const output of outputs) expect(output.equals(outputs[0])).toBe(true);
    expect(readFileSync(at("in.gguf")).equals(model)).toBe(true);
  });

  it("refuses what is quantised already unless asked to", async () => {
    const model = await tinyLlama({ format: "Q8_0" });
    const error = { code: "ALREADY_QUANTIZED", message: expect.stringContaining("--allow-requantize") as string };
    await expect(quantizeFile(model, at("out.gguf"), "Q4_0")).rejects.toMatchObject(error);
    expect(readdirSync(folder)).toEqual([]);
    await quantizeFile(model, at("out.gguf"), "Q4_0", { allowRequantize: true, threads: 1 });
    // What has its format already is copied.
    await quantizeFile(model, at("same.gguf"), "Q8_0", { threads: 1 });
  });

  it("falls back where rows are too short, one line each; with pure it refuses", async () => {
    const model = await tinyLlama({ layers: 1 });
    const notes: string[] = [];
    await quantizeFile(model, at("out.gguf"), "Q4_K_M", { threads: 1, onNote: (line) => notes.push(line) });
    expect(notes).toHaveLength(7);
    expect(notes[0]).toBe(
      "blk.0.attn_k.weight: rows of 64 values are no multiple of Q4_K's block of 256: Q5_0 instead",
    );
    const error = { code: "UNSUPPORTED_SHAPE", message: expect.stringContaining("rows of 64 values") as string };
    await expect(quantizeFile(model, at("pure.gguf"), "Q4_K_M", { pure: true })).rejects.toMatchObject(error);
    expect(existsSync(at("pure.gguf"))).toBe(false);
  });

  it("gives all the same format with pure", async () => {
    const { formats } = await quantizeFile(await tinyLlama(), at("out.gguf"), "Q4_0", { pure: true, threads: 1 });
    expect([...formats.keys()].sort()).toEqual(["F32", "Q4_0"]);
  });

  it("tells of a full disk and leaves nothing behind", async () => {
    if (!existsSync("/dev/full")) return;
    await expect(quantizeFile(await tinyLlama(), "/dev/full", "Q8_0")).rejects.toMatchObject({
      code: "UNWRITABLE",
      message: expect.stringContaining("no space left") as string,
    });
  });

  it("names the tensor and row of an infinite weight, and keeps what was there", async () => {
    const model = await tinyLlama({ layers: 1 });
    const gguf = await openGguf(bytesSource(model));
    const info = gguf.tensors.get("blk.0.ffn_up.weight")!;
    new DataView(model.buffer, model.byteOffset).setFloat32(info.position + 4 * (3 * 64 + 7), Infinity, true);
    writeFileSync(at("out.gguf"), "before");
    for (const threads of [1, 2]) {
      await expect(quantizeFile(model, at("out.gguf"), "Q8_0", { threads })).rejects.toMatchObject({
        code: "NON_FINITE_WEIGHT",
        message: 'tensor "blk.0.ffn_up.weight": an infinite or NaN value in row 3',
      });
    }
    expect(readFileSync(at("out.gguf"), "utf8")).toBe("before");
    expect(readdirSync(folder)).toEqual(["out.gguf"]);
  });

  it("stops when aborted, and leaves nothing behind", async () => {
    const controller = new AbortController();
    const model = await tinyLlama({ layers: 4 });
    const onProgress = () => controller.abort(new Error("enough"));
    const { signal } = controller;
    await expect(quantizeFile(model, at("out.gguf"), "Q8_0", { signal, onProgress })).rejects.toThrow("enough");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("refuses an importance matrix of another model, and Q2_K_S without one", async () => {
    const model = await tinyLlama({ layers: 1, headLength: 64, feedForwardLength: 256 });
    const imatrix = await madeImatrix(await tinyLlama({ layers: 1 }));
    await expect(quantizeFile(model, at("out.gguf"), "Q4_0", { imatrix })).rejects.toMatchObject({
      code: "BAD_IMATRIX",
    });
    await expect(quantizeFile(model, at("out.gguf"), "Q2_K_S")).rejects.toMatchObject({ code: "NEEDS_IMATRIX" });
    await expect(quantizeFile(model, at("out.gguf"), "Q9")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

/** The model in two files. */
async function writeSplit(model: Uint8Array): Promise<void> {
  const gguf = await openGguf(bytesSource(model));
  const { tensors } = contentOf(gguf);
  const half = Math.floor(tensors.length / 2);
  for (const [no, part] of [tensors.slice(0, half), tensors.slice(half)].entries()) {
    const metadata = new Metadata([
      ...(no === 0 ? gguf.metadata : []),
      ["split.no", { type: "uint16", value: no }],
      ["split.count", { type: "uint16", value: 2 }],
      ["split.tensors.count", { type: "int32", value: tensors.length }],
    ]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of serializeGguf({ metadata, tensors: part })) chunks.push(chunk);
    writeFileSync(at(`part-0000${no + 1}-of-00002.gguf`), Buffer.concat(chunks));
  }
}
