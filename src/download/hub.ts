import { DownloadError } from "../errors.ts";
import { refuse } from "./refusal.ts";
import type { HubReference } from "./reference.ts";
import type { RemoteFile } from "./remote-file.ts";
import { type Answer, Interruption, request } from "./request.ts";
import type { Settings } from "./settings.ts";

/** A file of a repository at a commit. */
export interface HubFile extends RemoteFile {
  readonly commit: string;
  /** What the hub calls the content by: its SHA-256, or git's own hash of a small file. The name of its blob. */
  readonly etag: string;
}

/** Loaded only where something is asked of a hub. */
const hub = () => import("@huggingface/hub");

/**
 * Asks the hub for a file's length, content hash and commit.
 * @throws Interruption where the hub can't be reached, DownloadError
 */
export async function hubFile(
  { repo }: HubReference,
  revision: string,
  path: string,
  settings: Settings,
): Promise<HubFile> {
  const name = `hf:${repo}/${path}`;
  const { fileDownloadInfo } = await hub();
  let commit: string | undefined;
  const fetch = hubFetch(name, settings, ({ header }) => (commit = header("x-repo-commit")));
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const info = await asked(name, settings, () =>
    fileDownloadInfo({ repo, path: encoded, revision, hubUrl: settings.endpoint, fetch }),
  );
  const etag = info?.etag.replace(/^W\//, "").replace(/^"(.*)"$/, "$1");
  if (info === null || etag === undefined || !/^[0-9a-f]{40,64}$/i.test(etag)) {
    throw new DownloadError("BAD_RESPONSE", `${name}: the hub does not say by which hash it knows the file`);
  }
  if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit)) {
    throw new DownloadError("BAD_RESPONSE", `${name}: the hub does not say of which commit the file is`);
  }
  if (!(info.size > 0)) throw new DownloadError("BAD_RESPONSE", `${name}: the hub says that the file is empty`);
  const sha256 = etag.length === 64 ? etag.toLowerCase() : undefined;
  return { name, url: info.url, size: info.size, sha256, unchanged: undefined, etag, commit };
}

/** The paths of all files of a repository. @throws Interruption, DownloadError */
export async function hubFiles({ repo, revision }: HubReference, settings: Settings): Promise<string[]> {
  const name = `hf:${repo}`;
  const { listFiles } = await hub();
  return asked(name, settings, async () => {
    const fetch = hubFetch(name, settings);
    const escaped = encodeURIComponent(revision);
    const paths: string[] = [];
    for await (const { type, path } of listFiles({
      repo,
      revision: escaped,
      recursive: true,
      hubUrl: settings.endpoint,
      fetch,
    })) {
      if (type === "file") paths.push(path);
    }
    return paths;
  });
}

/** What the library throws beside our own errors is about an answer that it can't read. */
async function asked<T>(name: string, { signal }: Settings, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DownloadError || error instanceof Interruption) throw error;
    signal?.throwIfAborted();
    const { message } = error as Error;
    throw new DownloadError("BAD_RESPONSE", `${name}: the hub's answer can't be read: ${message}`, { cause: error });
  }
}

/**
 * The `fetch` that the library is given: with our token, redirections, time limit and errors. A redirection that tells
 * a file's length and hash is turned into the answer to a range request that the library reads these from, since the
 * server that it leads to knows neither hash nor commit.
 */
function hubFetch(name: string, settings: Settings, look?: (answer: Answer) => void): typeof fetch {
  return async (input, init) => {
    const limit = AbortSignal.timeout(settings.timeoutMs);
    const signal = settings.signal === undefined ? limit : AbortSignal.any([settings.signal, limit]);
    const address = input instanceof Request ? input.url : String(input);
    // Not the library's "accept", which asks for the answer of another protocol.
    const given = Object.fromEntries(new Headers(init?.headers));
    const headers = { ...given, accept: "*/*", "accept-encoding": "identity" };
    const isEnough = (said: Headers) => said.has("x-linked-size") && said.has("x-linked-etag");
    const answer = await request(address, headers, settings, { signal, isEnough });
    const { response } = answer;
    if (response.status >= 400) return refuse(name, answer, settings.token !== undefined);
    look?.(answer);
    if (response.status < 300) return response;
    await response.body?.cancel();
    const said = new Headers(response.headers);
    said.delete("content-type");
    said.set("content-range", `bytes 0-0/${said.get("x-linked-size") ?? ""}`);
    return new Response("", { status: 206, headers: said });
  };
}
