import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGguf, openSource } from "../../../src/gguf/index.ts";
import type { ByteSource } from "../../../src/gguf/index.ts";
import { numbers, smallFile } from "./small-file.ts";

let folder = "";
let file = new Uint8Array();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gguf sources %20 "));
  file = Uint8Array.from(await smallFile({ k: { type: "string", value: "v" } }, [numbers("t", 1, 2)]));
  await writeFile(join(folder, "small.gguf"), file);
});
afterAll(() => rm(folder, { recursive: true }));

describe("a source", () => {
  const kinds: Record<string, () => Promise<ByteSource>> = {
    "of a path": () => openSource(join(folder, "small.gguf")),
    "of a file URL": () => openSource(pathToFileURL(join(folder, "small.gguf"))),
    "of a file URL's text": () => openSource(pathToFileURL(join(folder, "small.gguf")).href),
    "of a Blob": () => openSource(new Blob([file])),
    "of a File": () => openSource(new File([file], "small.gguf")),
    "of bytes": () => openSource(file),
    "of an ArrayBuffer": () => openSource(file.buffer),
  };
  for (const [kind, create] of Object.entries(kinds)) {
    it(`${kind} reads any range, refuses others, and sees an abort`, async () => {
      const source = await create();
      expect(source.size).toBe(file.length);
      expect(Uint8Array.from(await source.read(3, 10))).toEqual(file.slice(3, 13));
      expect((await source.read(file.length, 0)).length).toBe(0);
      for (const [offset, length] of [
        [0, file.length + 1],
        [file.length, 1],
        [-1, 1],
        [0, -1],
        [0.5, 1],
        [2 ** 53, 1],
        [NaN, 1],
      ]) {
        await expect(source.read(offset, length)).rejects.toMatchObject({ code: "TRUNCATED" });
      }
      await expect(source.read(0, 1, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
      const gguf = await openGguf(source);
      expect(gguf.metadata.string("k")).toBe("v");
      await gguf.close();
    });
  }

  it("of a missing file, a folder or another kind of URL is an error that names it", async () => {
    await expect(openSource(join(folder, "none.gguf"))).rejects.toMatchObject({
      name: "GgufError",
      code: "NOT_FOUND",
      message: expect.stringContaining("none.gguf") as string,
    });
    await expect(openSource(folder)).rejects.toMatchObject({ code: "UNREADABLE" });
    await expect(openSource(new URL("ftp://127.0.0.1/a.gguf"))).rejects.toMatchObject({ code: "UNSUPPORTED_URL" });
    await expect(openSource([])).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("of a file reads past 4 GiB", async () => {
    const path = join(folder, "sparse");
    const handle = await open(path, "w");
    await handle.write(Uint8Array.of(1, 2, 3), 0, 3, 2 ** 32 + 5);
    await handle.close();
    const source = await openSource(path);
    expect(source.size).toBe(2 ** 32 + 8);
    expect([...(await source.read(2 ** 32 + 4, 4))]).toEqual([0, 1, 2, 3]);
    await source.close();
  });

  it("is closed with the model, and when opening fails", async () => {
    let closed = 0;
    const counting = async (bytes: Uint8Array) => ({ ...(await openSource(bytes)), close: () => (closed++, Promise.resolve()) }); // prettier-ignore
    await (await openGguf(await counting(file))).close();
    expect(closed).toBe(1);
    await expect(openGguf(await counting(file.subarray(1)))).rejects.toMatchObject({ code: "NOT_GGUF" });
    expect(closed).toBe(2);
  });

  it("is read in few pieces", async () => {
    const words = Array.from({ length: 100_000 }, (_, i) => `word ${i}`);
    const large = await smallFile({ words: { type: "array", elementType: "string", value: words } });
    let reads = 0;
    const source = await openSource(large);
    const gguf = await openGguf({ ...source, read: (...range) => (reads++, source.read(...range)) });
    expect(gguf.metadata.strings("words")).toEqual(words);
    expect(reads).toBeLessThan(6);
  });
});

describe("reading a tensor", () => {
  it("refuses ranges that are not in it", async () => {
    const gguf = await openGguf(await openSource(file));
    const info = gguf.tensors.get("t")!;
    expect([...new Float32Array((await gguf.readTensor(info)).slice().buffer)]).toEqual([1, 2]);
    expect((await gguf.readTensor(info, 8)).length).toBe(0);
    for (const [offset, length] of [
      [0, 9],
      [9, 0],
      [-1, 2],
      [1.5, 2],
    ]) {
      // prettier-ignore
      await expect(gguf.readTensor(info, offset, length)).rejects.toMatchObject({ code: "OUT_OF_RANGE" });
    }
  });
});
