import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { F32 } from "../../../kernels/formats/index.ts";
import { type Matrix, matmul, swiglu } from "../../../kernels/reference/index.ts";
import { computeImatrix, meanSquares, readImatrix, writeImatrix } from "../../../src/compress/index.ts";
import { bytesSource, openGguf } from "../../../src/gguf/index.ts";
import { loadModel } from "../../../src/index.ts";
import { Context, type LoadedModel, loadModelInto } from "../../../src/model/index.ts";
import { createReferenceBackend } from "../../../src/tensor/index.ts";
import { models } from "../../golden/fixtures/architectures/models.ts";
import { randomModel, vocabulary } from "../../golden/fixtures/architectures/random-model.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

async function matrixOf({ gguf }: LoadedModel, name: string): Promise<Matrix> {
  const info = gguf.tensors.get(name)!;
  return {
    format: F32,
    bytes: await gguf.readTensor(info),
    rows: info.shape[1] * info.shape[2],
    columns: info.shape[0],
  };
}

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

  it("have each expert's own, over the tokens that come to it", async () => {
    const name = "llama, experts (Mixtral)";
    const bytes = await randomModel(name, models[name], "copy");
    const model = await loadModelInto(createReferenceBackend("f32"), await openGguf(bytesSource(bytes)));
    const text = tokens.slice(0, 32).map((token) => token % vocabulary);
    const { entries } = await computeImatrix(model, text, { chunk: 16 });
    const entry = (part: string) => entries.get(`blk.1.ffn_${part}_exps.weight`)!;

    // From the router's choice and the matrices themselves.
    const [experts, width, length] = [6, model.config.width, 96];
    const sums = { gate: new Float64Array(experts * width), down: new Float64Array(experts * length) };
    const counts = new Float64Array(experts);
    const [gate, up] = await Promise.all(
      ["gate", "up"].map((part) => matrixOf(model, `blk.1.ffn_${part}_exps.weight`)),
    );
    let input: Float32Array = new Float32Array();
    const context = new Context(model, { contextLength: 16 });
    for (let start = 0; start < 32; start += 16) {
      context.clear();
      await context.forward(text.slice(start, start + 16), {
        taps: {
          "layer.1.feed_forward.input": ({ data }) => void (input = data),
          "layer.1.feed_forward.expert_weights": ({ data }) => {
            data.forEach((share, i) => {
              if (share === 0) return;
              const [t, e] = [Math.floor(i / experts), i % experts];
              const x = input.subarray(t * width, (t + 1) * width);
              const [g, u] = [gate, up].map((matrix) => {
                const out = new Float32Array(length);
                matmul(
                  "f32",
                  { ...matrix, rows: length, bytes: matrix.bytes.subarray(4 * e * length * width) },
                  x,
                  1,
                  out,
                );
                return out;
              });
              swiglu(g, u, g);
              counts[e]++;
              x.forEach((value, k) => void (sums.gate[e * width + k] += value ** 2));
              g.forEach((value, k) => void (sums.down[e * length + k] += value ** 2));
            });
          },
        },
      });
    }
    expect([...entry("gate").counts]).toEqual([...counts]);
    expect(counts.reduce((a, b) => a + b)).toBe(32 * 2);
    expect(entry("up").sums).toEqual(entry("gate").sums);
    expect([...entry("gate").sums]).toEqual([...Float32Array.from(sums.gate)]);
    expect([...entry("down").sums]).toEqual([...Float32Array.from(sums.down)]);
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
