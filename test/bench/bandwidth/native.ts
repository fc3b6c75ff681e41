import { join } from "node:path";
import { cached } from "../support/folders.ts";
import { runProgram } from "../support/process.ts";

/**
 * What `read-memory.c` measures, compiled by `CC` or cc for this processor.
 * @throws Error where there is no C compiler
 */
export async function nativeReadBandwidth(threads: number, bytes = 256 * 2 ** 20, passes = 8): Promise<number> {
  const program = cached("read-memory");
  const source = join(import.meta.dirname, "read-memory.c");
  await runProgram(process.env.CC ?? "cc", ["-O3", "-march=native", "-pthread", source, "-o", program]);
  const { stdout } = await runProgram(program, [threads, bytes, passes].map(String));
  return Number(stdout);
}
