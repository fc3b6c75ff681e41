import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesSource, contentOf, openGguf, openSource, serializeGguf } from "../../../src/gguf/index.ts";
import type { ByteSource, GgufContent } from "../../../src/gguf/index.ts";
import { joinChunks as concat } from "../../laws/gguf.ts";
import { numbers, smallFile } from "./small-file.ts";

const nameOf = (index: number, count = 3) =>
  `a b-${String(index + 1).padStart(5, "0")}-of-${String(count).padStart(5, "0")}.gguf`;

/** Part `index` of three, with one tensor. */
function part(
  index: number,
  change: { count?: number; no?: number; total?: number; tensor?: string } = {},
  options: Partial<GgufContent> = {},
) {
  // prettier-ignore
  const { count = 3, no = index, total = 3, tensor = `t${index}` } = change;
  return smallFile(
    {
      "split.no": { type: "uint16", value: no },
      ...(index === 0 ? { "general.name": { type: "string", value: "split" } as const } : {}),
      "split.count": { type: "uint16", value: count },
      "split.tensors.count": { type: "int32", value: total },
    },
    [numbers(tensor, index, 10)],
    options,
  );
}

const asFile = (name: string, bytes: Uint8Array) => new File([Uint8Array.from(bytes)], name);
const threeParts = () => Promise.all([0, 1, 2].map(async (index) => asFile(nameOf(index), await part(index))));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gguf-split-"));
  for (const index of [0, 1, 2]) await writeFile(join(folder, nameOf(index)), await part(index));
});
afterAll(() => rm(folder, { recursive: true }));

async function expectWhole(source: ByteSource): Promise<void> {
  const gguf = await openGguf(source);
  expect(gguf.metadata.string("general.name")).toBe("split");
  expect([...gguf.tensors.keys()]).toEqual(["t0", "t1", "t2"]);
  for (const info of gguf.tensors.values()) {
    const data = await gguf.readTensor(info);
    expect([...new Float32Array(data.slice().buffer)]).toEqual([info.part, 10]);
  }
  const single = await openGguf(bytesSource(await concat(serializeGguf(contentOf(gguf)))));
  expect([...single.metadata.keys()]).toEqual(["general.name"]);
  expect([...single.tensors.keys()]).toEqual(["t0", "t1", "t2"]);
  await gguf.close();
}

describe("a split model", () => {
  it("is opened from the path of its first part", async () => expectWhole(await openSource(join(folder, nameOf(0)))));
  it("is opened from a file URL", async () => expectWhole(await openSource(pathToFileURL(join(folder, nameOf(0))))));
  it("is opened from files in any order", async () => expectWhole(await openSource((await threeParts()).reverse())));

  it("is opened from a web server", async () => {
    const files = new Map((await threeParts()).map((file) => [`/models/${encodeURIComponent(file.name)}`, file]));
    const server = createServer((request, response) => {
      const file = files.get(new URL(request.url!, "http://x").pathname)!;
      const [from = 0, to = 0] = request.headers.range!.match(/\d+/g)!.map(Number);
      response.writeHead(206, { "content-range": `bytes ${from}-${to}/${file.size}` });
      void file.arrayBuffer().then((bytes) => response.end(new Uint8Array(bytes).subarray(from, to + 1)));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await expectWhole(await openSource(`http://127.0.0.1:${port}/models/${encodeURIComponent(nameOf(0))}?key=1`));
    server.closeAllConnections();
    server.close();
  });

  it("gives one part by itself when asked", async () => {
    const gguf = await openGguf(await openSource(join(folder, nameOf(1))), { singleFile: true });
    expect([...gguf.tensors.keys()]).toEqual(["t1"]);
    await gguf.close();
  });
});

describe("a split model is refused", () => {
  const cases: Record<string, [code: string, files: () => Promise<File[]>]> = {
    "when a part is missing": ["MISSING_PART", async () => (await threeParts()).slice(0, 2)],
    "when opened from another part": ["BAD_SPLIT", async () => (await threeParts()).slice(1)],
    "when a part is there twice": ["BAD_SPLIT", async () => swapIn(2, await part(1))],
    "when a part is the first again": ["BAD_SPLIT", async () => swapIn(1, await part(0))],
    "when a part is of another split": ["BAD_SPLIT", async () => swapIn(1, await part(1, { count: 4 }))],
    "when a part is no part": ["BAD_SPLIT", async () => swapIn(1, await smallFile({}, [numbers("t1", 1)]))],
    "when a part is no GGUF file": ["NOT_GGUF", async () => swapIn(1, new Uint8Array(100))],
    "when two parts have a tensor of one name": ["BAD_SPLIT", async () => swapIn(1, await part(1, { tensor: "t0" }))],
    "when the number of tensors is another": ["BAD_SPLIT", async () => swapIn(0, await part(0, { total: 4 }))],
    "when the byte orders differ": ["BAD_SPLIT", async () => swapIn(1, await part(1, {}, { littleEndian: false }))],
    "when the first part's name is no part's": ["BAD_SPLIT", async () => [asFile("model.gguf", await part(0))]],
    "when it claims 65,535 parts": [
      "MISSING_PART",
      async () => [asFile(nameOf(0, 65535), await part(0, { count: 65535 }))],
    ],
  };
  const swapIn = async (index: number, bytes: Uint8Array) =>
    (await threeParts()).with(index, asFile(nameOf(index), bytes));
  for (const [name, [code, files]] of Object.entries(cases)) {
    it(name, async () => {
      await expect(openGguf(await openSource(await files()))).rejects.toMatchObject({ name: "GgufError", code });
    });
  }

  it("when there are only its bytes", async () => {
    const source = { ...bytesSource(await part(0)), name: nameOf(0) };
    await expect(openGguf(source)).rejects.toMatchObject({ code: "BAD_SPLIT" });
  });

  it("when its number of parts is no number of parts", async () => {
    for (const value of [2.5, -1, 1e9]) {
      const bytes = await smallFile({ "split.count": { type: "float64", value } });
      await expect(openGguf(bytesSource(bytes))).rejects.toMatchObject({ code: "BAD_SPLIT" });
    }
  });

  it("and closes every part that was opened", async () => {
    const open = new Set<string>();
    const track = (source: ByteSource): ByteSource => {
      open.add(source.name);
      return {
        ...source,
        openSibling: async (name) => track(await source.openSibling!(name)),
        close: () => (open.delete(source.name), Promise.resolve()),
      };
    };
    const files = await swapIn(2, await part(2, { tensor: "t0" }));
    await expect(openGguf(track(await openSource(files)))).rejects.toMatchObject({ code: "BAD_SPLIT" });
    expect([...open]).toEqual([]);
  });
});
