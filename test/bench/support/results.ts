import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { Row } from "./row.ts";

/** All that was measured on this machine so far; a run of some tests replaces these rows and keeps the others. */
export interface Results {
  /** What was measured on another machine doesn't count. */
  readonly machine: string;
  readonly rows: readonly StoredRow[];
  /** Tests that could not run, by name, with the reason. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
}

export interface StoredRow extends Row {
  readonly section: string;
  /** The day it was measured, and the commit. */
  readonly date: string;
  readonly commit: string;
  /** How often and how much was measured, in words. */
  readonly settings: string;
}

export const thisMachine = `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${cpus().length} cores`;

const none: Results = { machine: thisMachine, rows: [], skipped: {}, versions: {} };

/** What the file holds, or nothing, where it is missing or from another machine. */
export function readResults(file: string): Results {
  if (!existsSync(file)) return none;
  const found = JSON.parse(readFileSync(file, "utf8")) as Results;
  return found.machine === thisMachine ? found : none;
}

export function writeResults(file: string, results: Results): void {
  writeFileSync(file, `${JSON.stringify(results, undefined, 1)}\n`);
}

/** Puts one test's outcome in the place of what it measured before: its rows by their names, or why it could not run. */
export function merge(results: Results, section: string, rows: readonly StoredRow[], skipped?: string): Results {
  const others = Object.entries(results.skipped).filter(([name]) => name !== section);
  return {
    ...results,
    rows: [...results.rows.filter(({ id }) => !rows.some((row) => row.id === id)), ...rows],
    skipped: Object.fromEntries(skipped === undefined ? others : [...others, [section, skipped]]),
  };
}
