import {
  fileStatus,
  listFiles,
  makeFolder,
  makeLink,
  moveFile,
  readSmallText,
  removeFile,
  writeFileAtomically,
} from "../platform/index.ts";
import { folderOf, type Place } from "./fetch-file.ts";
import type { HubReference } from "./reference.ts";
import type { Settings } from "./settings.ts";
import { storageError } from "./storage-error.ts";

/*
 * The cache that the Hugging Face tools share:
 *
 *   models--owner--repo/blobs/<etag>                     the contents
 *   models--owner--repo/refs/<revision>                  the commit that a branch or tag was at, when last asked for
 *   models--owner--repo/snapshots/<commit>/<path>        links to ../../blobs/<etag>
 *
 * Source: huggingface_hub's documentation, "Understand caching"
 */

const isCommit = (revision: string) => /^[0-9a-f]{40}$/.test(revision);

function repoFolder(repo: string, { cacheFolder }: Settings): string {
  return `${cacheFolder}/models--${repo.replace("/", "--")}`;
}

/** The commit that a revision is known as here. */
async function commitOf({ repo, revision }: HubReference, settings: Settings): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const text = (await readSmallText(`${repoFolder(repo, settings)}/refs/${revision}`))?.trim();
  return text !== undefined && isCommit(text) ? text : undefined;
}

/** The path of a file of this revision, if it is in the cache. */
export async function cachedPath(
  reference: HubReference,
  path: string,
  settings: Settings,
): Promise<string | undefined> {
  const commit = await commitOf(reference, settings);
  if (commit === undefined) return undefined;
  const found = snapshotPath(reference.repo, commit, path, settings);
  return (await fileStatus(found)) === undefined ? undefined : found;
}

/** The paths in the repository of all files of this revision that are in the cache. */
export async function cachedFiles(reference: HubReference, settings: Settings): Promise<string[]> {
  const commit = await commitOf(reference, settings);
  return commit === undefined ? [] : listFiles(`${repoFolder(reference.repo, settings)}/snapshots/${commit}`);
}

export function snapshotPath(repo: string, commit: string, path: string, settings: Settings): string {
  return `${repoFolder(repo, settings)}/snapshots/${commit}/${path}`;
}

/** Where a content comes to lie. Unfinished, it has a name of our own: see the locks. */
export function blobPlace(repo: string, etag: string, settings: Settings): Place {
  const target = `${repoFolder(repo, settings)}/blobs/${etag}`;
  const locks = `${settings.cacheFolder}/.locks/models--${repo.replace("/", "--")}`;
  return { target, incomplete: `${target}.pellucid.incomplete`, lock: `${locks}/${etag}.pellucid.lock` };
}

/**
 * Gives a content its name in a commit: a link, or, where links can't be made, the file itself, as the Hugging Face
 * tools do. @returns its path
 */
export async function nameContent(
  repo: string,
  commit: string,
  path: string,
  blob: string,
  settings: Settings,
): Promise<string> {
  const name = snapshotPath(repo, commit, path, settings);
  try {
    await makeFolder(folderOf(name));
    const up = "../".repeat(path.split("/").length + 1);
    const temporary = `${name}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    try {
      await makeLink(`${up}blobs/${blob.slice(blob.lastIndexOf("/") + 1)}`, temporary);
      await moveFile(temporary, name);
    } catch {
      await removeFile(temporary);
      await moveFile(blob, name);
    }
    return name;
  } catch (error) {
    throw storageError(name, error);
  }
}

/** Remembers the commit that a branch or tag is at, for when there is no network. */
export async function rememberCommit({ repo, revision }: HubReference, commit: string, settings: Settings) {
  if (isCommit(revision)) return;
  const path = `${repoFolder(repo, settings)}/refs/${revision}`;
  if ((await readSmallText(path)) === commit) return;
  try {
    await makeFolder(folderOf(path));
    await writeFileAtomically(path, chunks(commit));
  } catch (error) {
    throw storageError(path, error);
  }
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
