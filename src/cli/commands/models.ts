import type { Command } from "commander";
import { cachedModel } from "../../download/index.ts";
import { type CatalogueEntry, readCatalogue, referenceOf } from "../catalogue.ts";
import { addExamples } from "../options.ts";
import { write, writeJson } from "../output.ts";

/** `pellucid models`: good small models, and which of them are here. */
export function define(command: Command): void {
  command.option("--json", "print JSON").option("--cached", "only those that are in the cache");
  addExamples(
    command,
    "pellucid models",
    "pellucid chat hf:bartowski/SmolLM2-135M-Instruct-GGUF/SmolLM2-135M-Instruct-Q4_0.gguf",
    "pellucid chat hf:OWNER/REPO:Q4_K_M   any GGUF model of the hub will do",
  ).action(run);
}

async function run(flags: { readonly json?: boolean; readonly cached?: boolean }): Promise<void> {
  const entries = await Promise.all(
    readCatalogue().map(async (entry) => ({ entry, path: await cachedModel(referenceOf(entry)) })),
  );
  const shown = entries.filter(({ path }) => flags.cached !== true || path !== undefined);
  if (flags.json === true) await writeJson(shown.map(({ entry, path }) => asJson(entry, path)));
  else await write(asText(shown));
}

function asJson(entry: CatalogueEntry, path: string | undefined): unknown {
  const { name, repo, file, megabytes, licence, template, memoryMegabytes } = entry;
  return {
    name,
    model: referenceOf(entry),
    repo,
    file,
    approximate_megabytes: megabytes,
    licence,
    template,
    approximate_memory_megabytes: memoryMegabytes,
    for: entry.for,
    path: path ?? null,
  };
}

function asText(entries: readonly { entry: CatalogueEntry; path: string | undefined }[]): string {
  if (entries.length === 0) return 'None of them is in the cache; "pellucid models" lists what there is.\n';
  const rows = entries.map(({ entry, path }) => [
    path === undefined ? entry.name : `${entry.name} *`,
    size(entry.megabytes),
    size(entry.memoryMegabytes),
    entry.licence,
    entry.template,
    entry.for,
  ]);
  const head = ["MODEL", "SIZE", "MEMORY", "LICENCE", "TEMPLATE", "FOR"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const lines = [head, ...rows].map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()); // prettier-ignore
  const names = entries.map(({ entry }) => `  ${entry.name.padEnd(widths[0])}  ${referenceOf(entry)}`);
  const note = "Sizes are approximate; memory is with a context of 2048 tokens; * is in the cache.";
  return `${lines.join("\n")}\n\n${note}\nWhat to give as MODEL:\n${names.join("\n")}\n`;
}

function size(megabytes: number): string {
  return megabytes < 1000 ? `${megabytes} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}
