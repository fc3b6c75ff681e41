import { ModelError } from "../../errors.ts";
import type { ArchitectureEntry } from "./architecture.ts";
import { cohereFamily } from "./cohere.ts";
import { deepseekFamily } from "./deepseek.ts";
import { gemmaFamily } from "./gemma.ts";
import { gptFamily } from "./gpt.ts";
import { graniteFamily } from "./granite.ts";
import { llamaFamily } from "./llama.ts";
import { nearestName } from "./nearest-name.ts";
import { olmoFamily } from "./olmo.ts";
import { phiFamily } from "./phi.ts";
import { qwenFamily } from "./qwen.ts";

export type {
  Architecture,
  ArchitectureEntry,
  ExpertRouting,
  FileFacts,
  NormName,
  QueryScale,
  WindowPattern,
} from "./architecture.ts";

/** All architectures that can be run, by the name that a file gives in `general.architecture`. */
const entries: ReadonlyMap<string, ArchitectureEntry> = new Map(
  [
    llamaFamily,
    qwenFamily,
    gemmaFamily,
    phiFamily,
    graniteFamily,
    olmoFamily,
    cohereFamily,
    deepseekFamily,
    gptFamily,
  ].flatMap((family) => Object.entries(family)),
);

/** The names of all architectures that can be run. */
export const architectureNames: readonly string[] = [...entries.keys()];

/**
 * The record of an architecture, or how to make it of a file.
 * @throws ModelError `UNSUPPORTED_ARCHITECTURE`, which names the nearest one that is supported
 */
export function architectureEntry(name: string): ArchitectureEntry {
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  const nearest = nearestName(name, architectureNames);
  throw new ModelError(
    "UNSUPPORTED_ARCHITECTURE",
    `architecture ${JSON.stringify(name.slice(0, 64))} is not supported; the nearest that is: "${nearest}"; ` +
      `docs/adding-an-architecture.md shows how to add one`,
  );
}
