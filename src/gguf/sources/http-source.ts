import { GgufError } from "../../errors.ts";
import type { ByteSource } from "../byte-source.ts";
import { checkRange } from "./range.ts";

export interface HttpOptions {
  readonly signal?: AbortSignal | undefined;
  /** Sent with every request, for example `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Used instead of the runtime's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * A source of a file on a web server, read by range requests: only what is needed is fetched.
 * @throws GgufError `NOT_FOUND`, `HTTP_ERROR` (another status, a failed connection), `NO_RANGES` (the server would send
 * the whole file), `BAD_RESPONSE` (it sends another range, length or file than it was asked for)
 */
export async function httpSource(url: string | URL, options: HttpOptions = {}): Promise<ByteSource> {
  const name = String(url);
  const first = await request(name, 0, 1, options);
  const size = first.total;
  if (size > 0) await readBody(name, first.response, 1);
  return {
    name,
    size,
    async read(offset, length, signal) {
      checkRange(name, size, offset, length);
      if (length === 0) return new Uint8Array(0);
      const { response, total } = await request(name, offset, length, { ...options, signal: signal ?? options.signal });
      const changed = total !== size || response.headers.get("etag") !== first.response.headers.get("etag");
      if (changed) await refuse(name, response, "BAD_RESPONSE", "the file changed while it was read; open it again");
      return readBody(name, response, length);
    },
    openSibling(fileName, signal) {
      const other = new URL(url);
      other.pathname = other.pathname.slice(0, other.pathname.lastIndexOf("/") + 1) + encodeURIComponent(fileName);
      return httpSource(other, { ...options, signal });
    },
    close: () => Promise.resolve(),
  };
}

/** Asks for a range, and checks that the answer is that range. */
async function request(
  name: string,
  offset: number,
  length: number,
  options: HttpOptions,
): Promise<{ response: Response; total: number }> {
  const { signal, headers, fetch = globalThis.fetch } = options;
  const last = offset + length - 1;
  const range = { range: `bytes=${offset}-${last}`, "accept-encoding": "identity" };
  const response = await fetch(name, { headers: { ...headers, ...range }, signal: signal ?? null }).catch(
    (error: unknown) => {
      signal?.throwIfAborted();
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? cause.message : message;
      throw new GgufError("HTTP_ERROR", `${name}: the request failed: ${reason}`, { cause: error });
    },
  );

  const contentRange = response.headers.get("content-range") ?? "";
  if (response.status === 416 && /^bytes \*\/0$/.test(contentRange)) {
    await response.body?.cancel();
    return { response, total: 0 };
  }
  if (response.status === 200) {
    await refuse(name, response, "NO_RANGES", "the server ignores range requests; download the file and pass its path");
  }
  if (response.status !== 206) {
    const code = response.status === 404 ? "NOT_FOUND" : "HTTP_ERROR";
    await refuse(name, response, code, `the server answered ${response.status} ${response.statusText}`.trim());
  }
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange) ?? [];
  if (Number(from) !== offset || Number(to) !== last || !(Number(total) > last)) {
    const reason = `asked for bytes ${offset}-${last}, the server sent content-range "${contentRange}"`;
    await refuse(name, response, "BAD_RESPONSE", reason);
  }
  return { response, total: Number(total) };
}

/** Reads exactly `length` bytes; a server that sends more, or never ends, is cut off. */
async function readBody(name: string, response: Response, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const { value } = (await reader?.read()) ?? {};
      if (value === undefined) break;
      if (done + value.length > length) {
        throw new GgufError("BAD_RESPONSE", `${name}: the server sent more than the ${length} bytes of the range`);
      }
      bytes.set(value, done);
      done += value.length;
    }
  } catch (error) {
    await reader?.cancel().catch(() => undefined);
    if (error instanceof GgufError || (error as Error).name === "AbortError") throw error;
    throw new GgufError("HTTP_ERROR", `${name}: the connection broke: ${(error as Error).message}`, { cause: error });
  }
  if (done === length) return bytes;
  throw new GgufError("BAD_RESPONSE", `${name}: the server sent ${done} of the ${length} bytes of the range`);
}

async function refuse(name: string, response: Response, code: string, reason: string): Promise<never> {
  await response.body?.cancel();
  throw new GgufError(code, `${name}: ${reason}`);
}
