import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { readDocuments } from "../../../src/compress/train/documents.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-documents-"));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ["lines that end in a newline", "\n"],
  ["lines that end as on Windows", "\r\n"],
])("texts have neither the separator nor the ends of its line and of the one before: %s", async (_, end) => {
  const lines = ["One.", "", "Two.", "<|end|>", "Three.", "<|end|>", "<|end|>", "Four.", ""];
  writeFileSync(join(folder, "a.txt"), lines.join(end));
  writeFileSync(join(folder, "b.txt.gz"), gzipSync(`Five.${end}<|end|>${end}`));
  const texts: string[] = [];
  const paths = [join(folder, "a.txt"), join(folder, "b.txt.gz")];
  for await (const text of readDocuments(paths, "<|end|>")) texts.push(text);
  expect(texts).toEqual([`One.${end}${end}Two.`, "Three.", "Four.", "Five."]);
});
