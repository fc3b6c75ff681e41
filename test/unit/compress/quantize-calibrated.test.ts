import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Q4_0, formatByName } from "../../../kernels/formats/index.ts";
import { calibrate, inverseFactor, quantizeByGptq, quantizeFile } from "../../../src/compress/index.ts";
import { bytesSource, openGguf } from "../../../src/gguf/index.ts";
import { loadModel } from "../../../src/index.ts";
import { gaussian } from "../../golden/fixtures/architectures/random.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

/** Σ x·xᵀ of inputs that hang together, as activations do. */
function inputs(n: number, count: number): Float64Array {
  const random = gaussian(3);
  const sum = new Float64Array(n * n);
  for (let t = 0; t < count; t++) {
    const common = random();
    const x = Float64Array.from({ length: n }, (_, k) => (1 + (k % 5)) * (0.5 * random() + common));
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum[i * n + j] += x[i] * x[j];
  }
  return sum;
}

describe("inverseFactor", () => {
  it("is upper triangular, and its square the inverse of the damped matrix", () => {
    const n = 24;
    const h = inputs(n, 60);
    const damped = h.slice();
    const trace = h.reduce((sum, value, k) => (k % (n + 1) === 0 ? sum + value : sum), 0);
    for (let i = 0; i < n; i++) damped[i * (n + 1)] += (0.01 * trace) / n;
    const u = inverseFactor(h, n);
    const inverse = (i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += u[k * n + i] * u[k * n + j];
      return sum;
    };
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        if (j < i) expect(u[i * n + j]).toBe(0);
        let product = 0;
        for (let k = 0; k < n; k++) product += damped[i * n + k] * inverse(k, j);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 9);
      }
    }
  });
});

describe("quantizeByGptq", () => {
  it.each(["Q4_0", "Q4_1", "Q5_0", "Q5_1"])("%s errs less in the products than rounding does", (name) => {
    const [rows, n] = [8, 96];
    const h = inputs(n, 400);
    const random = gaussian(5);
    const weights = Float32Array.from({ length: rows * n }, () => random());
    const format = formatByName(name)!;
    const blocks = (rows * n) / 32;
    const plain = new Uint8Array(blocks * format.blockBytes);
    format.pack!(weights, 0, blocks, plain, 0);
    const calibrated = quantizeByGptq(Float64Array.from(weights), rows, n, inverseFactor(h.slice(), n), name);
    const errorOf = (bytes: Uint8Array) => {
      const values = new Float32Array(rows * n);
      format.unpack(bytes, 0, blocks, values, 0);
      let error = 0;
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < n; i++) {
          const e = values[row * n + i] - weights[row * n + i];
          for (let j = 0; j < n; j++) error += e * h[i * n + j] * (values[row * n + j] - weights[row * n + j]);
        }
      }
      return error;
    };
    expect(errorOf(calibrated)).toBeLessThan(0.5 * errorOf(plain));
  });
});

describe("calibrate", () => {
  const load = (bytes: Uint8Array) => loadModel(bytes, { precision: "f32", threads: 1 });
  const tokens = Array.from({ length: 128 }, (_, i) => (i * 37 + ((i * i) % 11)) % 256);

  it("gives blocks of every matrix of the layers, which the quantised file takes", async () => {
    const model = await tinyLlama();
    const gguf = await openGguf(bytesSource(model));
    const calibrated = await calibrate(gguf, "Q4_0", tokens, { load, window: 64 });
    expect(calibrated.size).toBe(2 * 7);
    const folder = mkdtempSync(join(tmpdir(), "pellucid-calibrate-"));
    const out = join(folder, "out.gguf");
    await quantizeFile(model, out, "Q4_0", { calibrated, threads: 1 });
    const written = await loadModel(out, { precision: "f32", threads: 1 });
    const info = written.gguf.tensors.get("blk.1.ffn_down.weight")!;
    expect(info.dtype.name).toBe(Q4_0.name);
    expect(await written.gguf.readTensor(info)).toEqual(calibrated.get(info.name));
    await written.close();
    rmSync(folder, { recursive: true });
  });

  it("refuses a text shorter than a window, and what is quantised already", async () => {
    const none = () => Promise.reject(new Error("nothing is computed"));
    const gguf = await openGguf(bytesSource(await tinyLlama()));
    await expect(calibrate(gguf, "Q4_0", tokens, { load: none })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    const again = await openGguf(bytesSource(await tinyLlama({ format: "Q8_0" })));
    const options = { load: none, window: 64 };
    await expect(calibrate(again, "Q4_0", tokens, options)).rejects.toMatchObject({ code: "ALREADY_QUANTIZED" });
  });
});
