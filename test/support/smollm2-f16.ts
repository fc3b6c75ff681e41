import { quantizeFile } from "../../src/compress/index.ts";
import { smollm2 } from "./shared.ts";

/** Writes SmolLM2 as F16: its 4-bit weights, each exactly. */
export async function writeSmollm2AsF16(path: string): Promise<string> {
  await quantizeFile(smollm2, path, "F16", { allowRequantize: true });
  return path;
}
