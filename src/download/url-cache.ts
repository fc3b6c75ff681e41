import { DownloadError } from "../errors.ts";
import { fileStatus, makeFolder, readSmallText, removeFile, writeFileAtomically } from "../platform/index.ts";
import type { Place } from "./fetch-file.ts";
import { refuse } from "./refusal.ts";
import type { RemoteFile } from "./remote-file.ts";
import { request } from "./request.ts";
import { partsOf } from "./select.ts";
import type { Settings } from "./settings.ts";

/*
 * Files of other servers. The Hugging Face tools have no place for them, so they lie beside, in `pellucid`:
 *
 *   <host>-<hash of the address's folder>/<version>/<file>     the file, and the other parts where it is split
 *   <host>-<hash of the address's folder>/<file>.version       the version that was fetched last
 */

/** Asks a server for a file's length, and what tells this version from others. @throws Interruption, DownloadError */
export async function urlFile(url: string, settings: Settings): Promise<RemoteFile & { readonly version: string }> {
  const limit = AbortSignal.timeout(settings.timeoutMs);
  const signal = settings.signal === undefined ? limit : AbortSignal.any([settings.signal, limit]);
  const headers = { range: "bytes=0-0", "accept-encoding": "identity" };
  const answer = await request(url, headers, settings, { signal });
  const { response, header } = answer;
  if (response.status !== 200 && response.status !== 206) return refuse(url, answer, settings.token !== undefined);
  await response.body?.cancel();
  const total = /^bytes 0-0\/(\d+)$/.exec(header("content-range") ?? "")?.[1];
  const size = Number(response.status === 206 ? total : (header("content-length") ?? NaN));
  if (!(size > 0)) throw new DownloadError("BAD_RESPONSE", `${url}: the server does not say how long the file is`);
  const sha256 = /^"?([0-9a-f]{64})"?$/i.exec(header("x-linked-etag") ?? "")?.[1].toLowerCase();
  const etag = response.headers.get("etag") ?? undefined;
  const version = await hash(`${sha256 ?? etag ?? header("last-modified") ?? ""} ${size}`);
  return { name: url, url, size, sha256, unchanged: etag, version };
}

/** The addresses of a model's parts. */
export function urlParts(url: string): string[] {
  return partsOf(fileName(url)).map((name) => {
    const part = new URL(url);
    if (name !== fileName(url)) part.pathname = part.pathname.replace(/[^/]*$/, encodeURIComponent(name));
    return part.href;
  });
}

export async function urlPlace(url: string, version: string, settings: Settings): Promise<Place> {
  const target = `${await folderFor(url, settings)}/${version}/${fileName(url)}`;
  return { target, incomplete: `${target}.incomplete`, lock: `${target}.lock` };
}

/** The path of the version that was fetched last, if all its parts are there. */
export async function cachedUrl(url: string, settings: Settings): Promise<string | undefined> {
  const parts = urlParts(url);
  const version = await readSmallText(await versionFile(parts[0], settings));
  if (version === undefined) return undefined;
  const places = await Promise.all(parts.map((part) => urlPlace(part, version, settings)));
  const found = await Promise.all(places.map(({ target }) => fileStatus(target)));
  return found.includes(undefined) ? undefined : places[0].target;
}

/** Makes a version the one to use, and removes the files of the one before. */
export async function rememberVersion(url: string, version: string, settings: Settings): Promise<void> {
  const parts = urlParts(url);
  const path = await versionFile(parts[0], settings);
  const old = await readSmallText(path);
  if (old === version) return;
  await makeFolder(await folderFor(url, settings));
  await writeFileAtomically(path, bytesOf(version));
  if (old === undefined || !/^[0-9a-f]+$/.test(old)) return;
  // Where another process has it open, Windows won't remove it; no matter.
  for (const part of parts) await removeFile((await urlPlace(part, old, settings)).target).catch(() => undefined);
}

async function versionFile(url: string, settings: Settings): Promise<string> {
  return `${await folderFor(url, settings)}/${fileName(url)}.version`;
}

async function folderFor(url: string, { urlFolder }: Settings): Promise<string> {
  const { origin, hostname, pathname, search } = new URL(url);
  const folder = origin + pathname.replace(/[^/]*$/, "") + search;
  return `${urlFolder}/${hostname.replace(/[^\w.-]/g, "_")}-${await hash(folder)}`;
}

/** A name that every file system takes. */
function fileName(url: string): string {
  const name = new URL(url).pathname.replace(/^.*\//, "");
  let decoded = name;
  try {
    decoded = decodeURIComponent(name);
  } catch {
    // As it is, then.
  }
  const safe = decoded.replace(/[^\p{L}\p{N}._ ()+-]/gu, "_").replace(/^\.+/, "_");
  return safe === "" ? "model.gguf" : safe.slice(-150);
}

async function hash(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
