import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpSource, openGguf, openSource } from "../../../src/gguf/index.ts";
import { numbers, smallFile } from "./small-file.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, from: number, to: number) => void;

let file = new Uint8Array();
let server: Server;
let base = "";
const requests: IncomingMessage[] = [];

const partial = (from: number, to: number, total = file.length) => ({
  "content-range": `bytes ${from}-${to}/${total}`,
});
const good: Answer = (_, response, from, to) => {
  response.writeHead(206, partial(from, to)).end(file.subarray(from, to + 1));
};

/** Right for the first request, which asks for one byte, and wrong afterwards: the size is known then. */
const later =
  (bad: Answer): Answer =>
  (request, response, from, to) =>
    (to === 0 ? good : bad)(request, response, from, to);

const answers: Record<string, Answer> = {
  "/good.gguf": good,
  "/missing.gguf": (_, response) => response.writeHead(404).end("no"),
  "/broken.gguf": (_, response) => response.writeHead(500).end("no"),
  "/ignores.gguf": (_, response) => response.writeHead(200).end(file),
  "/empty.gguf": (_, response) => response.writeHead(416, { "content-range": "bytes */0" }).end(),
  "/bare.gguf": (_, response, from, to) => response.writeHead(206).end(file.subarray(from, to + 1)),
  "/unknown-size.gguf": (_, response) => response.writeHead(206, { "content-range": "bytes 0-0/*" }).end("G"),
  "/other-range.gguf": later((_, response, from, to) => response.writeHead(206, partial(from + 1, to + 1)).end("x")),
  "/short.gguf": later((_, response, from, to) =>
    response.writeHead(206, partial(from, to)).end(file.subarray(from, to)),
  ),
  "/endless.gguf": later((_, response, from, to) => {
    response.writeHead(206, partial(from, to));
    const more = () => {
      while (!response.destroyed && response.write(new Uint8Array(65536)));
    };
    response.on("drain", more);
    more();
  }),
  "/cut.gguf": later((_, response, from, to) => {
    response.writeHead(206, { ...partial(from, to), "content-length": to - from + 1 });
    response.write(file.subarray(from, from + 3), () => response.destroy());
  }),
  "/grows.gguf": later((_, response, from, to) =>
    response.writeHead(206, partial(from, to, file.length + 1)).end(file.subarray(from, to + 1)),
  ),
  "/replaced.gguf": (_, response, from, to) => {
    response.writeHead(206, { ...partial(from, to), etag: `"${from}"` }).end(file.subarray(from, to + 1));
  },
  "/hangs.gguf": later((_, response, from, to) => {
    response.writeHead(206, partial(from, to)).write(file.subarray(from, from + 1));
  }),
};

beforeAll(async () => {
  file = Uint8Array.from(await smallFile({ k: { type: "string", value: "v" } }, [numbers("t", 1, 2)]));
  server = createServer((request, response) => {
    requests.push(request);
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")!;
    answers[request.url!.replace(/\?.*/, "")](request, response, Number(from), Number(to));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("a source of a web server", () => {
  it("asks for the ranges that it needs, with the caller's headers", async () => {
    requests.length = 0;
    const source = await httpSource(`${base}/good.gguf?x=1`, { headers: { authorization: "Bearer t" } });
    const gguf = await openGguf(source);
    expect(gguf.metadata.string("k")).toBe("v");
    const data = await gguf.readTensor(gguf.tensors.get("t")!);
    expect([...new Float32Array(data.slice().buffer)]).toEqual([1, 2]);
    const position = gguf.tensors.get("t")!.position;
    expect(requests.map(({ headers }) => headers.range)).toEqual([
      "bytes=0-0",
      `bytes=0-${file.length - 1}`,
      `bytes=${position}-${position + 7}`,
    ]);
    expect(requests.every(({ headers }) => headers.authorization === "Bearer t")).toBe(true);
    expect((await source.read(5, 0)).length).toBe(0);
    await expect(source.read(5, file.length)).rejects.toMatchObject({ code: "TRUNCATED" });
  });

  const refused: Record<string, string> = {
    missing: "NOT_FOUND",
    broken: "HTTP_ERROR",
    ignores: "NO_RANGES",
    empty: "NOT_GGUF",
    bare: "BAD_RESPONSE",
    "unknown-size": "BAD_RESPONSE",
    "other-range": "BAD_RESPONSE",
    short: "BAD_RESPONSE",
    endless: "BAD_RESPONSE",
    cut: "HTTP_ERROR",
    grows: "BAD_RESPONSE",
    replaced: "BAD_RESPONSE",
  };
  for (const [name, code] of Object.entries(refused)) {
    it(`refuses a server that is or has: ${name}`, async () => {
      const opened = async () => {
        const gguf = await openGguf(await openSource(`${base}/${name}.gguf`));
        return gguf.readTensor(gguf.tensors.get("t")!);
      };
      await expect(opened()).rejects.toMatchObject({
        name: "GgufError",
        code,
        message: expect.stringContaining(`${name}.gguf`) as string,
      });
    });
  }

  it("refuses an address where nobody listens", async () => {
    await expect(openSource("http://127.0.0.1:1/a.gguf")).rejects.toMatchObject({ code: "HTTP_ERROR" });
  });

  it("stops when it is aborted, before and within an answer", async () => {
    const aborted = { signal: AbortSignal.abort() };
    await expect(httpSource(`${base}/good.gguf`, aborted)).rejects.toMatchObject({ name: "AbortError" });
    const source = await httpSource(`${base}/hangs.gguf`);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(source.read(0, 20, controller.signal)).rejects.toMatchObject({ name: "AbortError" });
  });
});
