import { readFileSync } from "node:fs";

/** A model that is known to be good, as `models/catalogue.json` describes it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly repo: string;
  readonly file: string;
  /** Approximate. */
  readonly megabytes: number;
  readonly licence: string;
  /** The family of its chat template. */
  readonly template: string;
  /** What it needs with a context of 2048 tokens; approximate. */
  readonly memoryMegabytes: number;
  readonly for: string;
}

/** The models of `models/catalogue.json`, the smallest first. */
export function readCatalogue(): readonly CatalogueEntry[] {
  const text = readFileSync(new URL("../../models/catalogue.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { models: CatalogueEntry[] }).models;
}

/** What to give as MODEL. */
export function referenceOf({ repo, file }: CatalogueEntry): string {
  return `hf:${repo}/${file}`;
}
