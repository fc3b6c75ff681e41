import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Tokenizer } from "../../src/tokenizer/index.ts";
import { sharedFolder } from "./shared-folder.ts";

/** The first stories of a part of the shared corpus (`valid.txt.gz`), without the lines that stand between them. */
export function corpusStories(part: string, characters: number): string {
  const text = gunzipSync(readFileSync(join(sharedFolder, "corpus", part))).toString();
  return text.slice(0, characters).replaceAll("<|endoftext|>\n", "\n");
}

/** The first tokens of a part. */
export function corpusTokens(tokenizer: Tokenizer, part: string, count: number): number[] {
  return tokenizer.encode(corpusStories(part, 6 * count)).slice(0, count);
}
