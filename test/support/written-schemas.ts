import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A schema as people write them. */
export interface WrittenSchema {
  readonly name: string;
  readonly schema: Record<string, unknown>;
}

const folder = join(import.meta.dirname, "../golden/json-schemas");

/** All of them: nested, recursive, with references, alternatives, formats, bounds. */
export function writtenSchemas(): WrittenSchema[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return files.flatMap((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as WrittenSchema[]);
}
