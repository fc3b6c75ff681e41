import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { sharedFolder } from "./shared-folder.ts";

/** The first stories of a part of the shared corpus (`valid.txt.gz`), without the lines that stand between them. */
export function corpusStories(part: string, characters: number): string {
  const text = gunzipSync(readFileSync(join(sharedFolder, "corpus", part))).toString();
  return text.slice(0, characters).replaceAll("<|endoftext|>\n", "\n");
}
