import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A file of the hub, or of the server that its redirections lead to. */
export interface FakeFile {
  readonly bytes: Uint8Array;
  /** Replaces what the server that has the bytes answers. */
  answer?: ((request: Asked, response: ServerResponse) => void) | undefined;
  /** Replaces the hub's `x-linked-size`, `x-linked-etag`. */
  readonly linkedSize?: number | string;
  readonly linkedEtag?: string;
}

/** A request for bytes. `count` is how many there were for this file before. */
export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/**
 * Imitates the hub on the loopback address: `/owner/repo/resolve/<revision>/<path>` redirects to another origin, and
 * tells commit, length and hash; `/api/models/…/tree/…` lists. And a plain server: `/plain/<path>`.
 */
export class FakeHub {
  /** By `owner/repo/path`. */
  readonly files = new Map<string, FakeFile>();
  commit = "a".repeat(40);
  /** Status and `x-error-code` with which the hub refuses, without a token. */
  refusal: { readonly status: number; readonly code?: string } | undefined;
  token: string | undefined;
  /** What was asked for, in order: `GET /path` and the range. */
  readonly log: string[] = [];
  readonly cdnAuthorizations: (string | undefined)[] = [];
  /** Etag of plain files. */
  plainEtag: string | undefined = '"one"';
  readonly #counts = new Map<string, number>();
  readonly #hub: Server = createServer((request, response) => this.#answerHub(request, response));
  readonly #cdn: Server = createServer((request, response) => this.#answerCdn(request, response));
  endpoint = "";
  cdn = "";

  async start(): Promise<void> {
    this.endpoint = await listen(this.#hub);
    this.cdn = await listen(this.#cdn);
  }

  /** Closes both servers, and the connections that they have. */
  stop(): void {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** What is asked of the server that has the bytes. */
  get transfers(): string[] {
    return this.log.filter((line) => line.includes("/cdn/") || line.includes("/plain/"));
  }

  #answerHub(request: IncomingMessage, response: ServerResponse): void {
    this.log.push(`GET ${request.url} ${request.headers.range ?? ""}`.trim());
    const allowed = this.token !== undefined && request.headers.authorization === `Bearer ${this.token}`;
    if (this.refusal !== undefined && !allowed) {
      const { status, code } = this.refusal;
      response.writeHead(status, code === undefined ? {} : { "x-error-code": code }).end("no");
      return;
    }
    const tree = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/([^?]+)/.exec(request.url!);
    if (tree !== null) {
      const prefix = `${tree[1]}/`;
      const paths = [...this.files.keys()].filter((key) => key.startsWith(prefix));
      const items = paths.map((key) => ({ type: "file", path: key.slice(prefix.length), size: 1, oid: "0" }));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(items));
      return;
    }
    const [, repo = "", revision = "", path = ""] =
      /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(request.url!) ?? [];
    const key = `${repo}/${decodeURIComponent(path)}`;
    const file = this.files.get(key);
    if (file === undefined || revision === "nowhere") {
      response.writeHead(404, { "x-error-code": revision === "nowhere" ? "RevisionNotFound" : "EntryNotFound" }).end();
      return;
    }
    response
      .writeHead(302, {
        location: `${this.cdn}/cdn/${encodeURIComponent(key)}?signature=x`,
        "x-repo-commit": /^[0-9a-f]{40}$/.test(revision) ? revision : this.commit,
        "x-linked-size": file.linkedSize ?? file.bytes.length,
        "x-linked-etag": file.linkedEtag ?? `"${sha256(file.bytes)}"`,
      })
      .end("Found. Redirecting");
  }

  #answerCdn(request: IncomingMessage, response: ServerResponse): void {
    const { url, headers } = request;
    this.log.push(`GET ${url} ${headers.range ?? ""}`.trim());
    this.cdnAuthorizations.push(headers.authorization);
    const key = decodeURIComponent(url!.replace(/^\/(cdn|plain)\//, "").replace(/\?.*/, ""));
    const file = this.files.get(key);
    if (file === undefined) {
      response.writeHead(404).end("no");
      return;
    }
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    const { bytes } = file;
    const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "") ?? [];
    const asked = { from: Number(from), to: to === "" ? bytes.length - 1 : Number(to), count, bytes };
    if (url!.startsWith("/plain/") && this.plainEtag !== undefined) response.setHeader("etag", this.plainEtag);
    (file.answer ?? whole)(asked, response);
  }
}

/** The answer of a good server. */
export function whole({ from, to, bytes }: Asked, response: ServerResponse): void {
  if (from >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  const body = bytes.subarray(from, to + 1);
  response.writeHead(206, rangeHeaders(from, to, bytes.length)).end(body);
}

export function rangeHeaders(from: number, to: number, total: number) {
  return { "content-range": `bytes ${from}-${to}/${total}`, "content-length": to - from + 1 };
}

/**
 * Sends `length` bytes of those asked for, and then breaks the connection; not at once, since a `fetch` whose connection
 * broke gives up bytes that it had but were not read yet.
 */
export function cutAfter(length: number) {
  return ({ from, to, bytes }: Asked, response: ServerResponse): void => {
    response.writeHead(206, rangeHeaders(from, to, bytes.length));
    response.write(bytes.subarray(from, Math.min(from + length, to + 1)), () => {
      setTimeout(() => response.destroy(), 250);
    });
  };
}

/** Bytes that look like a GGUF file. */
export function fakeGguf(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0, x = seed; i < length; i++) bytes[i] = (x = (Math.imul(x, 1103515245) + 12345) >>> 0) >>> 16;
  bytes.set(new TextEncoder().encode("GGUF"));
  return bytes;
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
