import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { computeImatrix, meanSquares, readImatrix, writeImatrix } from "../../../src/compress/index.ts";
import { loadModel } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const tokens = Array.from({ length: 70 }, (_, i) => (i * 37) % 256);

describe("importance matrices", () => {
  it("are the mean squares of what each matrix is multiplied by", async () => {
    const model = await loadModel(await tinyLlama(), { precision: "f32", threads: 1 });
    const matrix = await computeImatrix(model.loaded, tokens, { chunk: 16, chunks: 3, dataset: "a text" });
    expect(matrix).toMatchObject({ chunkCount: 3, chunkSize: 16, datasets: ["a text"] });
    expect(matrix.entries.size).toBe(2 * 7);
    // The same from the reference's taps, chunk by chunk.
    const expected = new Float64Array(96);
    const context = model.createContext({ contextLength: 16 });
    for (let start = 0; start < 48; start += 16) {
      context.clear();
      await context.forward(tokens.slice(start, start + 16), {
        taps: { "layer.1.feed_forward.hidden": ({ data }) => data.forEach((x, i) => void (expected[i % 96] += x * x)) },
      });
    }
    const found = meanSquares(matrix.entries.get("blk.1.ffn_down.weight")!);
    found.forEach((value, k) => expect(value).toBeCloseTo(expected[k] / 48, 5));
    await expect(computeImatrix(model.loaded, tokens)).rejects.toThrow("fewer than one chunk of 256");
    await model.close();
  });

  it("come back from a file, and other files are refused", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pellucid-imatrix-"));
    const file = join(folder, "imatrix.gguf");
    const entries = new Map([
      ["blk.0.ffn_down_exps.weight", { sums: Float32Array.of(2, 4, 0, 0), counts: Float32Array.of(2, 0) }],
    ]);
    await writeImatrix(file, { entries, datasets: ["x", "y"], chunkCount: 1, chunkSize: 512 });
    const found = await readImatrix(file);
    expect(found).toEqual({ entries, datasets: ["x", "y"], chunkCount: 1, chunkSize: 512 });
    expect([...meanSquares(found.entries.get("blk.0.ffn_down_exps.weight")!)]).toEqual([1, 2, 1, 1]);
    writeFileSync(file, await tinyLlama());
    await expect(readImatrix(file)).rejects.toMatchObject({ code: "NOT_AN_IMATRIX" });
    rmSync(folder, { recursive: true });
  });
});
