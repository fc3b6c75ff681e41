import { existsSync } from "node:fs";
import { quantizeFile } from "../../src/compress/index.ts";
import { smollm2 } from "./shared.ts";

/** Writes SmolLM2 as F16, its 4-bit weights each exactly, where it is not there yet. */
export async function writeSmollm2AsF16(path: string): Promise<string> {
  if (!existsSync(path)) await quantizeFile(smollm2, path, "F16", { allowRequantize: true });
  return path;
}
