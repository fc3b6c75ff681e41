import { DownloadError } from "../errors.ts";

/** A model of a hub, as `hf:owner/repo/file.gguf` names it. */
export interface HubReference {
  readonly kind: "hub";
  /** `owner/repo`. */
  readonly repo: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
  /** The path in the repository; undefined where it is to be chosen from those that are there. */
  readonly file: string | undefined;
  /** What to choose it by, such as `Q4_K_M`. */
  readonly quantization: string | undefined;
}

/** A file of any web server. */
export interface UrlReference {
  readonly kind: "url";
  readonly url: string;
}

export type Reference = HubReference | UrlReference;

/** Whether a text names a model that must be fetched: `hf:…`, `http:…` or `https:…`. */
export function isReference(text: string): boolean {
  return /^(hf:|https?:\/\/)/i.test(text);
}

/**
 * Reads `hf:owner/repo/path/file.gguf`, `hf:owner/repo:Q4_K_M` or `hf:owner/repo`, each with `@revision` after the
 * repository or at the end, or a URL. The addresses of a hub's own pages of a file count as `hf:`.
 * @param endpoint the hub's address
 * @throws DownloadError `BAD_REFERENCE`
 */
export function parseReference(text: string, endpoint: string): Reference {
  if (!isReference(text)) fail(text, "a model to fetch starts with hf:, https: or http:");
  if (/^hf:/i.test(text)) return parseHub(text);
  const url = URL.canParse(text) ? new URL(text) : fail(text, "this is not a URL");
  return parseHubPage(url, endpoint) ?? { kind: "url", url: url.href };
}

function parseHub(text: string): HubReference {
  const match =
    /^hf:(?:\/\/)?([^/@:\s]+\/[^/@:\s]+)(?:@([^/:\s]+))?(?:\/([^@\s][^@]*?)|:([^/@:\s]+))?(?:@([^@:\s]+))?$/i.exec(
      text,
    );
  if (match === null) fail(text, "write hf:owner/repo/file.gguf or hf:owner/repo:Q4_K_M");
  const [, repo, first, file, quantization, last] = match as (string | undefined)[];
  if (first !== undefined && last !== undefined) fail(text, "it names two revisions");
  const revision = decode(first ?? last ?? "main");
  checkNames(text, repo!.split("/"));
  checkNames(text, revision.split("/"));
  if (file !== undefined) checkNames(text, file.split("/"));
  return { kind: "hub", repo: repo!, revision, file, quantization };
}

/** `https://huggingface.co/owner/repo/resolve/main/file.gguf`, and the page of the file, with `blob`. */
function parseHubPage(url: URL, endpoint: string): HubReference | undefined {
  const base = new URL(endpoint);
  const path = url.pathname.slice(base.pathname.replace(/\/$/, "").length);
  const match = /^\/([^/]+\/[^/]+)\/(?:resolve|blob)\/([^/]+)\/(.+)$/.exec(path);
  if (url.origin !== base.origin || match === null) return undefined;
  const [, repo, revision, file] = match.map(decode);
  for (const name of [repo, revision, file]) checkNames(url.href, name.split("/"));
  return { kind: "hub", repo, revision, file, quantization: undefined };
}

/** Names become folders and files of the cache: none may lead out of it. */
function checkNames(text: string, names: readonly string[]): void {
  const bad = names.find((name) => name === "" || name === "." || name === ".." || /[\\\0-\x1f:]/.test(name));
  if (bad !== undefined) fail(text, `${JSON.stringify(bad)} is no name`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fail(text: string, reason: string): never {
  throw new DownloadError("BAD_REFERENCE", `${JSON.stringify(text)} can't be read: ${reason}`);
}
