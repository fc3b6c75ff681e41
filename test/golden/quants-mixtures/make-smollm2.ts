/**
 * Makes `smollm2.json`: the sha256 of the files that llama-quantize (llama.cpp 0c1e570) writes of SmolLM2 in F16, without
 * and with an importance matrix. `LLAMA_QUANTIZE=path/to/llama-quantize node test/golden/quants-mixtures/make-smollm2.ts`
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256OfFile } from "../../../src/platform/index.ts";
import { goldenPath, largeCases, prepareSmollm2 } from "./smollm2.ts";

const folder = mkdtempSync(join(tmpdir(), "mixtures-"));
const found: Record<string, string> = {};
try {
  const { whole, imatrix } = await prepareSmollm2(folder);
  const out = join(folder, "out.gguf");
  for (const { name, type, weighted } of largeCases) {
    const flags = weighted ? ["--imatrix", imatrix] : [];
    execFileSync(process.env.LLAMA_QUANTIZE!, [...flags, whole, out, type, "2"], { stdio: "ignore", cwd: folder });
    found[name] = await sha256OfFile(out);
  }
} finally {
  rmSync(folder, { recursive: true });
}
writeFileSync(goldenPath, `${JSON.stringify(found, undefined, 1)}\n`);
