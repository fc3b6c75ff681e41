import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesSource, contentOf, Metadata, openGguf, writeGguf, writeGgufFile } from "../../../src/gguf/index.ts";
import type { MetadataValue, TensorToWrite } from "../../../src/gguf/index.ts";
import { dtypeByName } from "../../../src/tensor/dtype.ts";
import { numbers, smallFile } from "./small-file.ts";

let folder = "";
beforeAll(async () => (folder = await mkdtemp(path(tmpdir(), "gguf-write-"))));
afterAll(() => rm(folder, { recursive: true }));

const content = (tensors: readonly TensorToWrite[]) => ({ metadata: new Metadata(), tensors });
const failing: TensorToWrite = {
  ...numbers("t", 1, 2),
  data: async function* () {
    yield await Promise.resolve(new Uint8Array(4));
    throw new Error("the source broke");
  },
};

describe("writing a file", () => {
  it("leaves the whole file and nothing beside it", async () => {
    const file = path(folder, "good.gguf");
    await writeGgufFile(file, content([numbers("t", 1, 2, 3)]));
    expect(Uint8Array.from(await readFile(file))).toEqual(await smallFile({}, [numbers("t", 1, 2, 3)]));
    expect(await readdir(folder)).toEqual(["good.gguf"]);
    await rm(file);
  });

  it("leaves what was there, and nothing beside it, when the data break off or the caller stops", async () => {
    const file = path(folder, "old.gguf");
    await writeFile(file, "old");
    await expect(writeGgufFile(file, content([failing]))).rejects.toThrow("the source broke");
    await expect(writeGgufFile(file, content([numbers("t", 1)]), { signal: AbortSignal.abort() })).rejects.toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
    expect(await readdir(folder)).toEqual(["old.gguf"]);
    expect(await readFile(file, "utf8")).toBe("old");
    const nowhere = path(folder, "no/such/folder.gguf");
    await expect(writeGgufFile(nowhere, content([]))).rejects.toMatchObject({ code: "UNWRITABLE" });
  });
});

describe("writing to a stream", () => {
  it("closes it at the end and aborts it on an error", async () => {
    const log: string[] = [];
    const sink = () =>
      new WritableStream<Uint8Array>({
        write: (chunk) => void log.push(String(chunk.length)),
        close: () => void log.push("closed"),
        abort: () => void log.push("aborted"),
      });
    await writeGguf(content([numbers("t", 1)]), sink());
    expect(log.splice(0)).toEqual(["57", "7", "4", "28", "closed"]);
    await expect(writeGguf(content([failing]), sink())).rejects.toThrow("the source broke");
    expect(log).toEqual(["57", "7", "4", "aborted"]);
  });
});

describe("the writer refuses", () => {
  const key = (value: MetadataValue) => smallFile({ k: value });
  const cases: Record<string, [code: string, write: () => Promise<unknown>]> = {
    "a number outside its type": ["BAD_VALUE", () => key({ type: "uint8", value: 256 })],
    "a fraction as an integer": ["BAD_VALUE", () => key({ type: "int32", value: 0.5 })],
    "a negative uint64": ["BAD_VALUE", () => key({ type: "uint64", value: -1n })],
    "a bool of 2": ["BAD_VALUE", () => key({ type: "array", elementType: "bool", value: Uint8Array.of(2) })],
    "half a surrogate pair": ["INVALID_UTF8", () => key({ type: "string", value: "\ud800" })],
    "an empty key": ["BAD_KEY", () => smallFile({ "": { type: "bool", value: true } })],
    "a long key": ["TOO_LARGE", () => smallFile({ ["k".repeat(65536)]: { type: "bool", value: true } })],
    "a long tensor name": ["TOO_LARGE", () => smallFile({}, [numbers("t".repeat(65), 1)])],
    "a tensor twice": ["DUPLICATE_TENSOR", () => smallFile({}, [numbers("t", 1), numbers("t", 1)])],
    "too few data": ["BAD_TENSOR_DATA", () => smallFile({}, [{ ...numbers("t", 1), shape: [2] }])],
    "too many data": ["BAD_TENSOR_DATA", () => smallFile({}, [{ ...numbers("t", 1, 2), shape: [1] }])],
    "half a block": ["BAD_TENSOR", () => smallFile({}, [{ ...numbers("t", 1), dtype: dtypeByName("Q4_0")! }])],
    "an odd alignment": ["BAD_ALIGNMENT", () => smallFile({ "general.alignment": { type: "uint32", value: 3 } })],
  };
  for (const [name, [code, write]] of Object.entries(cases)) {
    it(name, () => expect(write()).rejects.toMatchObject({ name: "GgufError", code }));
  }
});

describe("a file that was read", () => {
  it("keeps its shorter last padding, which some writers leave out", async () => {
    const whole = await smallFile({}, [numbers("a", 1), numbers("b", 2)]);
    for (const size of [whole.length - 28, whole.length - 5, whole.length]) {
      const file = whole.subarray(0, size);
      const chunks: Uint8Array[] = [];
      const gguf = await openGguf(bytesSource(file));
      await writeGguf(contentOf(gguf), new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
      expect(Buffer.concat(chunks).equals(file)).toBe(true);
    }
  });
});
