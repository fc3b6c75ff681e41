import { DownloadError } from "../errors.ts";
import { runtimeName } from "../platform/index.ts";
import { fetchFile } from "./fetch-file.ts";
import { blobPlace, cachedFiles, cachedPath, nameContent, rememberCommit } from "./hub-cache.ts";
import { hubFile, hubFiles } from "./hub.ts";
import { type HubReference, parseReference } from "./reference.ts";
import type { RemoteFile } from "./remote-file.ts";
import { Interruption } from "./request.ts";
import { partsOf, selectFile } from "./select.ts";
import { type DownloadOptions, type Settings, settingsOf } from "./settings.ts";
import { pause } from "./transfer.ts";
import { cachedUrl, rememberVersion, urlFile, urlParts, urlPlace } from "./url-cache.ts";

export interface DownloadProgress {
  /** The file that is on its way: `hf:owner/repo/file.gguf`, or a URL. */
  readonly name: string;
  /** Bytes of the model that are on the disk, of all its parts, and of earlier tries. */
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface DownloadedModel {
  /** The file to open: the first part, where the model is split. */
  readonly path: string;
  /** All files, in the order of the parts. */
  readonly files: readonly string[];
}

type OnProgress = (progress: DownloadProgress) => void;

/**
 * Brings a model into the cache, unless it is there: all parts of it where it is split. Interrupted, it goes on where
 * it ended; a file is in the cache as a whole, and with the hub's checksum, or not at all. Where the server can't be
 * reached, what the cache has is used.
 * @param model `hf:owner/repo/file.gguf`, `hf:owner/repo:Q4_K_M`, each also with `@revision`, or a URL
 * @throws DownloadError, the signal's reason when aborted
 */
export async function downloadModel(
  model: string,
  options: DownloadOptions & { readonly onProgress?: OnProgress | undefined } = {},
): Promise<DownloadedModel> {
  if (runtimeName() === "browser") {
    throw new DownloadError("UNSUPPORTED", `${model}: a browser has no cache folder; pass the file's URL or a File`);
  }
  const settings = await settingsOf(options);
  settings.signal?.throwIfAborted();
  const reference = parseReference(model, settings.endpoint);
  return reference.kind === "hub"
    ? downloadFromHub(reference, settings, options.onProgress)
    : downloadFromUrl(reference.url, settings, options.onProgress);
}

/** The path of a model that is in the cache, without asking anyone; undefined where it, or a part of it, is not. */
export async function cachedModel(model: string, options: DownloadOptions = {}): Promise<string | undefined> {
  const settings = await settingsOf(options);
  const reference = parseReference(model, settings.endpoint);
  if (reference.kind === "url") return cachedUrl(reference.url, settings);
  return (await cachedFromHub(reference, settings))?.path;
}

async function cachedFromHub(reference: HubReference, settings: Settings): Promise<DownloadedModel | undefined> {
  const paths = await cachedFiles(reference, settings);
  let file = reference.file;
  try {
    file ??= selectFile(nameOf(reference), paths, reference.quantization);
  } catch {
    return undefined;
  }
  const files = await Promise.all(partsOf(file).map((part) => cachedPath(reference, part, settings)));
  const found = files.filter((path) => path !== undefined);
  return found.length === files.length ? { path: found[0], files: found } : undefined;
}

async function downloadFromHub(
  reference: HubReference,
  settings: Settings,
  onProgress: OnProgress | undefined,
): Promise<DownloadedModel> {
  const cached = await cachedFromHub(reference, settings);
  // A commit never changes; a choice of its files may, once there are more of them here.
  const isFixed = /^[0-9a-f]{40}$/.test(reference.revision) && reference.file !== undefined;
  if (cached !== undefined && (settings.offline || isFixed)) return cached;
  if (settings.offline) offline(nameOf(reference));

  const parts = await unlessUnreachable(nameOf(reference), cached !== undefined, settings, async () => {
    const file =
      reference.file ?? selectFile(nameOf(reference), await hubFiles(reference, settings), reference.quantization);
    const [firstPath, ...others] = partsOf(file);
    const first = await hubFile(reference, reference.revision, firstPath, settings);
    const found = [{ path: firstPath, info: first }];
    // All parts of the same commit, whatever happens meanwhile.
    for (const path of others) found.push({ path, info: await hubFile(reference, first.commit, path, settings) });
    return found;
  });
  if (parts === undefined) return cached!;

  const { commit } = parts[0].info;
  const pinned = { ...reference, revision: commit };
  const progress = progressOf(parts.map(({ info }) => info), onProgress); // prettier-ignore
  const files: string[] = [];
  for (const [i, { path, info }] of parts.entries()) {
    const there = await cachedPath(pinned, path, settings);
    if (there !== undefined) {
      files.push(there);
      progress(i, info.size);
      continue;
    }
    const place = blobPlace(reference.repo, info.etag, settings);
    await fetchFile(info, place, settings, (bytes) => progress(i, bytes));
    files.push(await nameContent(reference.repo, commit, path, place.target, settings));
  }
  await rememberCommit(reference, commit, settings);
  return { path: files[0], files };
}

async function downloadFromUrl(
  url: string,
  settings: Settings,
  onProgress: OnProgress | undefined,
): Promise<DownloadedModel> {
  const cached = await cachedUrl(url, settings);
  if (settings.offline && cached === undefined) offline(url);
  const addresses = urlParts(url);
  const infos = settings.offline
    ? undefined
    : await unlessUnreachable(url, cached !== undefined, settings, async () => {
        const found = [];
        for (const address of addresses) found.push(await urlFile(address, settings));
        return found;
      });
  if (infos === undefined) {
    const folder = cached!.replace(/[^/]*$/, "");
    const files = await Promise.all(addresses.map((address) => urlPlace(address, "0", settings)));
    return { path: cached!, files: files.map(({ target }) => folder + target.replace(/^.*\//, "")) };
  }
  const { version } = infos[0];
  const progress = progressOf(infos, onProgress);
  const files: string[] = [];
  for (const [i, info] of infos.entries()) {
    const place = await urlPlace(info.url, version, settings);
    await fetchFile(info, place, settings, (bytes) => progress(i, bytes));
    files.push(place.target);
  }
  await rememberVersion(url, version, settings);
  return { path: files[0], files };
}

/** Asks again where a server does not answer; undefined where it can't be reached and what the cache has will do. */
async function unlessUnreachable<T>(
  name: string,
  isCached: boolean,
  settings: Settings,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 0; ; failures++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Interruption)) throw error;
      if (isCached) return undefined;
      if (failures >= settings.retries) {
        throw new DownloadError("NETWORK", `${name}: ${error.message}`, { cause: error });
      }
      await pause(settings.retryDelayMs * 2 ** failures, settings.signal);
    }
  }
}

/** Adds up the parts. */
function progressOf(files: readonly RemoteFile[], onProgress: OnProgress | undefined) {
  const loaded = files.map(() => 0);
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  return (part: number, bytes: number): void => {
    loaded[part] = bytes;
    onProgress?.({ name: files[part].name, loadedBytes: loaded.reduce((sum, count) => sum + count, 0), totalBytes });
  };
}

function nameOf({ repo, file, quantization }: HubReference): string {
  if (file !== undefined) return `hf:${repo}/${file}`;
  return quantization === undefined ? `hf:${repo}` : `hf:${repo}:${quantization}`;
}

function offline(name: string): never {
  throw new DownloadError("OFFLINE", `${name}: it is not in the cache, and HF_HUB_OFFLINE says to stay offline`);
}
