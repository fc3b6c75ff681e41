import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type DownloadOptions, downloadModel } from "../../../src/download/index.ts";
import { contentOf, filesIn, useDesk } from "./desk.ts";
import { cutAfter, fakeGguf, type FakeFile, rangeHeaders, sha256, whole } from "./fake-hub.ts";

const desk = useDesk();
const model = "hf:some/repo/model.gguf";
const bytes = fakeGguf(300_000);
const incomplete = () => `models--some--repo/blobs/${sha256(bytes)}.pellucid.incomplete`;

function serve(answer: FakeFile["answer"], more: Partial<FakeFile> = {}): void {
  desk.hub.files.set("some/repo/model.gguf", { bytes, answer, ...more });
}

const fetchIt = (more: DownloadOptions = {}) => downloadModel(model, { ...desk.options, ...more });

/** Nothing that looks finished is in the cache. */
function expectNothingBroken(): void {
  expect(filesIn(desk.folder).filter((name) => !name.endsWith(".incomplete"))).toEqual([]);
}

async function expectRefusal(code: string, words: RegExp): Promise<void> {
  const error = await fetchIt().catch((reason: unknown) => reason as Error);
  expect(error).toMatchObject({ name: "DownloadError", code });
  expect((error as Error).message).toMatch(words);
  expect((error as Error).message).not.toContain("\n");
  expectNothingBroken();
}

async function expectWhole(): Promise<void> {
  expect(contentOf((await fetchIt()).path)).toEqual(bytes);
  expect(filesIn(desk.folder).filter((name) => /incomplete|lock|tmp/.test(name))).toEqual([]);
}

describe("a connection that breaks", () => {
  it("is taken up where it ended", async () => {
    serve((asked, response) => (asked.count < 2 ? cutAfter(100_000) : whole)(asked, response));
    await expectWhole();
    expect(desk.hub.transfers.map((line) => line.replace(/^.* /, ""))).toEqual([
      "bytes=0-",
      "bytes=100000-",
      "bytes=200000-",
    ]);
  });

  it("again and again keeps what came for the next run, and says so", async () => {
    serve(cutAfter(1000));
    await expectRefusal("NETWORK", /3000 of 300000 bytes are kept; run it again to go on$/);
    expect(filesIn(desk.folder)).toEqual([incomplete()]);
    serve(whole);
    await expectWhole();
    expect(desk.hub.transfers.at(-1)).toMatch(/bytes=3000-$/);
  });

  it("or a server that is busy, is tried again", async () => {
    serve((asked, response) => {
      if (asked.count === 0) response.writeHead(503).end();
      else if (asked.count === 1) response.writeHead(429).end();
      else whole(asked, response);
    });
    await expectWhole();
  });

  it("without a word is noticed", async () => {
    serve(({ from, to, count, bytes: all }, response) => {
      response.writeHead(206, rangeHeaders(from, to, all.length));
      if (count === 0) response.write(all.subarray(0, 70_000));
      else response.end(all.subarray(from));
    });
    expect(contentOf((await fetchIt({ timeoutMs: 300 })).path)).toEqual(bytes);
    expect(desk.hub.transfers.at(-1)).toMatch(/bytes=70000-$/);
  });

  it("by the user's signal ends at once, and keeps what came", async () => {
    const controller = new AbortController();
    serve(({ from, to, bytes: all }, response) => {
      response.writeHead(206, rangeHeaders(from, to, all.length)).write(all.subarray(0, 1000));
      setTimeout(() => controller.abort(), 50);
    });
    await expect(fetchIt({ signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(filesIn(desk.folder)).toEqual([incomplete()]);
    await expect(fetchIt({ signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a server that is wrong", () => {
  it("ignores ranges: begins again", async () => {
    serve((asked, response) => {
      if (asked.count === 0) cutAfter(100_000)(asked, response);
      else response.writeHead(200, { "content-length": asked.bytes.length }).end(asked.bytes);
    });
    await expectWhole();
  });

  it("sends other bytes once: they are fetched anew", async () => {
    const wrong = bytes.slice();
    wrong[1000] ^= 1;
    serve((asked, response) => whole({ ...asked, bytes: asked.count === 0 ? wrong : bytes }, response));
    await expectWhole();
    expect(desk.hub.transfers).toHaveLength(2);
  });

  it("sends other bytes always", async () => {
    const wrong = bytes.slice();
    wrong[299_999] ^= 1;
    serve((asked, response) => whole({ ...asked, bytes: wrong }, response));
    await expectRefusal("CHECKSUM", /its SHA-256 differs/);
    expect(filesIn(desk.folder)).toEqual([]);
  });

  it("sends another range", async () => {
    serve(({ to, bytes: all }, response) => {
      response.writeHead(206, rangeHeaders(5, to, all.length)).end(all.subarray(5));
    });
    await expectRefusal("BAD_RESPONSE", /asked for bytes from 0 of 300000, the server sent "bytes 5-/);
  });

  it("says another length with its ranges", async () => {
    serve(({ from, bytes: all }, response) => {
      response.writeHead(206, rangeHeaders(from, all.length - 1, all.length + 7)).end(all);
    });
    await expectRefusal("BAD_RESPONSE", /bytes 0-299999\/300007/);
  });

  it("says another length without ranges", async () => {
    serve((_, response) => response.writeHead(200, { "content-length": 5 }).end("hello"));
    await expectRefusal("BAD_RESPONSE", /it should have 300000 bytes, the server sends 5/);
  });

  it("sends more than it says", async () => {
    serve(({ from, to, bytes: all }, response) => {
      const { "content-range": range } = rangeHeaders(from, to, all.length);
      response.writeHead(206, { "content-range": range }).write(all);
      response.end("more");
    });
    await expectRefusal("BAD_RESPONSE", /sends more than its 300000 bytes/);
    expect(filesIn(desk.folder)).toEqual([]);
  });

  it("sends less than it says", async () => {
    serve(({ from, to, bytes: all }, response) => {
      const { "content-range": range } = rangeHeaders(from, to, all.length);
      response.writeHead(206, { "content-range": range }).end(all.subarray(from, from + 10));
    });
    await expectRefusal("NETWORK", /the connection ended early; 30 of 300000/);
  });

  it.each([
    [{ linkedSize: 299_999 }, "BAD_RESPONSE", /asked for bytes from 0 of 299999/],
    [{ linkedSize: 0 }, "BAD_RESPONSE", /the file is empty/],
    [{ linkedSize: "x" }, "BAD_RESPONSE", /can't be read/],
    [{ linkedEtag: '"../../../evil"' }, "BAD_RESPONSE", /by which hash/],
    [{ linkedSize: 2 ** 52 }, "DISK_FULL", /it needs \d+ MB, the disk has \d+ MB left; free some space/],
  ])("says of the file: %j", async (lie, code, words) => {
    serve(whole, lie);
    await expectRefusal(code, words);
  });

  it("leads in a circle", async () => {
    desk.hub.files.set("some/repo/model.gguf", { bytes });
    const round = ((url: URL) =>
      Promise.resolve(new Response(null, { status: 302, headers: { location: url.href } }))) as unknown as typeof fetch;
    await expect(fetchIt({ fetch: round })).rejects.toMatchObject({ code: "BAD_RESPONSE" });
    const away = (() =>
      Promise.resolve(
        new Response(null, { status: 302, headers: { location: "file:///etc/passwd" } }),
      )) as typeof fetch;
    await expect(fetchIt({ fetch: away })).rejects.toMatchObject({ code: "BAD_RESPONSE" });
  });
});

describe("what an earlier run left", () => {
  const leave = (left: Uint8Array) => {
    mkdirSync(join(desk.folder, "models--some--repo/blobs"), { recursive: true });
    writeFileSync(join(desk.folder, incomplete()), left);
  };

  it("is checked: bad bytes are fetched anew", async () => {
    serve(whole);
    leave(new Uint8Array(1000));
    await expectWhole();
    expect(desk.hub.transfers.map((line) => line.replace(/^.* /, ""))).toEqual(["bytes=1000-", "bytes=0-"]);
  });

  it("needs no request where all came", async () => {
    serve(whole);
    leave(bytes);
    await expectWhole();
    expect(desk.hub.transfers).toEqual([]);
  });

  it("is thrown away where it is too long", async () => {
    serve(whole);
    leave(new Uint8Array(300_001));
    await expectWhole();
  });
});
