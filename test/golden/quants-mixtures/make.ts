/**
 * Makes `formats.json`: the format of every tensor that llama-quantize (llama.cpp 0c1e570) writes of small models, and of
 * some files the sha256. `LLAMA_QUANTIZE=path/to/llama-quantize node test/golden/quants-mixtures/make.ts`
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeImatrix } from "../../../src/compress/index.ts";
import { fileSource, openGguf } from "../../../src/gguf/index.ts";
import { cases, listFormats, madeImatrix, tinyLlama, variants, wholeFiles } from "./variants.ts";

const program = process.env.LLAMA_QUANTIZE!;
const folder = mkdtempSync(join(tmpdir(), "mixtures-"));
const found: Record<string, unknown> = {};
process.chdir(folder);
for (const { variant, type, weighted } of cases()) {
  const model = await tinyLlama(variants[variant]);
  writeFileSync("model.gguf", model);
  await writeImatrix("imatrix.gguf", await madeImatrix(model));
  const flags = weighted ? ["--imatrix", "imatrix.gguf"] : [];
  const { status } = spawnSync(program, [...flags, "model.gguf", "out.gguf", type, "2"], { encoding: "utf8" });
  const key = `${variant}, ${type}${weighted ? ", weighted" : ""}`;
  if (status !== 0) {
    found[key] = null;
    continue;
  }
  const gguf = await openGguf(await fileSource("out.gguf"));
  const formats = listFormats([...gguf.tensors.values()].map(({ name, dtype }) => [name, dtype.name]));
  await gguf.close();
  const sha256 = createHash("sha256").update(readFileSync("out.gguf")).digest("hex");
  found[key] = wholeFiles.includes(type) ? { formats, sha256 } : { formats };
}
process.chdir("/");
rmSync(folder, { recursive: true });
writeFileSync(join(import.meta.dirname, "formats.json"), `${JSON.stringify(found, undefined, 1)}\n`);
