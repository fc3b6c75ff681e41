import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GgufError, type LoadOptions, type LoadProgress, type ModelSource, loadModel } from "../../../src/index.ts";
import { bytesSource, openGguf, serializeGguf } from "../../../src/gguf/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-load-"));
const path = join(folder, "a model 100%.gguf");
let bytes: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  bytes = Uint8Array.from(await tinyLlama());
  writeFileSync(path, bytes);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function logitsOf(source: ModelSource): Promise<Float32Array> {
  const model = await loadModel(source);
  try {
    return await model.createContext().forward([10, 20]);
  } finally {
    await model.close();
  }
}

describe("loadModel", () => {
  it("takes a path, a URL, a Blob, a File, bytes, an ArrayBuffer", async () => {
    const fromPath = await logitsOf(path);
    const others = [pathToFileURL(path), pathToFileURL(path).href, new Blob([bytes]), bytes, bytes.buffer];
    for (const source of [...others, new File([bytes], "a.gguf"), [new File([bytes], "a.gguf")]]) {
      expect(await logitsOf(source)).toEqual(fromPath);
    }
  });

  it("tells what it loaded", async () => {
    const model = await loadModel(path, { precision: "f32", kernels: "reference" });
    expect(model).toMatchObject({ precision: "f32", kernels: "reference", threads: 1 });
    expect(model.config).toMatchObject({ layers: 2, heads: 4, kvHeads: 2, width: 64, vocabularySize: 257 });
    expect(model.gguf.metadata.string("general.name")).toBe("tiny");
    await model.close();
  });

  it("tells how far it is", async () => {
    const progress: LoadProgress[] = [];
    const model = await loadModel(bytes, { onProgress: (step) => progress.push(step) });
    const total = progress[0].totalBytes;
    const loaded = progress.map(({ loadedBytes }) => loadedBytes);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(loaded.at(-1)).toBe(total);
    expect(progress.length).toBeGreaterThan(model.config.layers * 9);
    expect(total).toBeLessThan(bytes.length);
    await model.close();
  });

  it("keeps a context length for contexts that don't say", async () => {
    const model = await loadModel(bytes, { contextLength: 7 });
    expect(model.createContext().contextLength).toBe(7);
    expect(model.createContext({ contextLength: 9 }).contextLength).toBe(9);
    await model.close();
  });

  it("can be closed twice, by name and by `await using`", async () => {
    const model = await loadModel(path);
    await model[Symbol.asyncDispose]();
    await model.close();
  });
});

const containing = (text: string) => expect.stringContaining(text) as unknown;

describe("loadModel refuses", () => {
  const refusal = (source: ModelSource, options?: LoadOptions) =>
    loadModel(source, options).then(
      () => expect.unreachable(),
      (error: unknown) => error as GgufError,
    );

  it("a missing file, a folder", async () => {
    expect(await refusal(join(folder, "none.gguf"))).toMatchObject({ name: "GgufError", code: "NOT_FOUND" });
    expect(await refusal(folder)).toMatchObject({ name: "GgufError", code: "UNREADABLE" });
  });

  it("a picture, an empty file, a file that is cut off anywhere", async () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13);
    for (const wrong of [png, new Uint8Array(0), bytes.slice(0, 100), bytes.slice(0, 5000), bytes.slice(0, -9)]) {
      const error = await refusal(wrong);
      expect(error).toBeInstanceOf(GgufError);
      expect(error.message).toMatch(/^[^\n]+$/);
    }
  });

  it("a file without a tensor, a tensor of another shape, an infinite weight", async () => {
    const gguf = await openGguf(bytesSource(bytes));
    const { metadata } = gguf;
    const tensors = await Promise.all(
      [...gguf.tensors.values()].map(async ({ name, dtype, shape, ...rest }) => ({
        name,
        dtype,
        shape,
        data: (await gguf.readTensor({ name, dtype, shape, ...rest })).slice(),
      })),
    );
    const write = async (changed: typeof tensors) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of serializeGguf({ metadata, tensors: changed })) chunks.push(chunk);
      return new Uint8Array(Buffer.concat(chunks));
    };
    const name = "blk.1.ffn_up.weight";
    const without = await write(tensors.filter((tensor) => tensor.name !== name));
    expect(await refusal(without)).toMatchObject({ code: "MISSING_TENSOR", message: containing(name) });

    const turned = await write(
      tensors.map((tensor) => (tensor.name === name ? { ...tensor, shape: tensor.shape.toReversed() } : tensor)),
    );
    expect(await refusal(turned)).toMatchObject({ code: "BAD_TENSOR", message: containing(name) });

    const { data } = tensors.find((tensor) => tensor.name === name)!;
    data.set([0, 0, 0x80, 0x7f], 400);
    const infinite = await refusal(await write(tensors));
    expect(infinite).toMatchObject({ code: "NON_FINITE_WEIGHT", message: containing(name) });
  });

  it("options that make no sense", async () => {
    const wrong = { threads: [0, 1.5, NaN], precision: ["f16"], kernels: ["cuda"] };
    for (const [option, values] of Object.entries(wrong)) {
      for (const value of values) {
        const error = await refusal(bytes, { [option]: value });
        expect(error).toMatchObject({ code: "INVALID_ARGUMENT", message: containing(option) });
      }
    }
  });

  it("to go on when aborted, before and in the middle", async () => {
    const reason = new Error("enough");
    expect(await refusal(path, { signal: AbortSignal.abort(reason) })).toBe(reason);
    for (const source of [path, new Blob([readFileSync(path)]), bytes]) {
      const controller = new AbortController();
      let steps = 0;
      const onProgress = () => {
        if (++steps === 3) controller.abort(reason);
      };
      expect(await refusal(source, { signal: controller.signal, onProgress })).toBe(reason);
      expect(steps).toBe(3);
    }
  });
});
