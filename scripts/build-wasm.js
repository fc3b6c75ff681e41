/**
 * Compiles the AssemblyScript kernels, once for each instruction set, and writes them as base64 into a TypeScript file,
 * so that no bundler or runtime has to find a file. Plain JavaScript: it runs on a Node without type stripping.
 *
 * The modules import a shared memory. For an unshared one a single byte of the import differs, which is patched at load.
 */
import { mkdirSync, rmSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { orderOperands } from "./order-operands.js";

const root = join(import.meta.dirname, "..");
const folder = join(root, "kernels/wasm/assembly");
const limit = 200 * 1024;

function compile(name, relaxed, entry = "index.ts") {
  const file = join(tmpdir(), `pellucid-${name}-${process.pid}.wasm`);
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory"];
  options.push("--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536", "--enable", "threads");
  options.push("--enable", "simd", "--use", `RELAXED=${relaxed ? 1 : 0}`, "--outFile", file);
  if (relaxed) options.push("--enable", "relaxed-simd");
  const asc = join(root, "node_modules/assemblyscript/bin/asc.js");
  const result = spawnSync(process.execPath, [asc, join(folder, entry), ...options], { cwd: root, encoding: "utf8" });
  if (result.status !== 0) {
    process.stderr.write(`build-wasm: ${name} failed\n${result.stdout}${result.stderr}\n`);
    process.exit(1);
  }
  process.stderr.write(result.stderr);
  const bytes = readFileSync(file);
  rmSync(file);
  return orderOperands(bytes);
}

/** Where the import's kind of memory stands: 3 is shared with a maximum, 1 unshared with a maximum. */
function memoryKindAt(bytes) {
  const name = Buffer.from("\x03env\x06memory\x02", "latin1");
  const at = bytes.indexOf(name) + name.length;
  if (at < name.length || bytes[at] !== 3) throw new Error("build-wasm: no shared memory import found");
  return at;
}

const modules = { plain: compile("plain", false), relaxed: compile("relaxed", true) };
let text = "// Written by scripts/build-wasm.js from kernels/wasm/assembly.\n\n";
for (const [name, bytes] of Object.entries(modules)) {
  text += `export const ${name} = {\n  memoryKindAt: ${memoryKindAt(bytes)},\n  base64: "${bytes.toString("base64")}",\n};\n\n`;
}
mkdirSync(join(root, "kernels/wasm/build"), { recursive: true });
writeFileSync(join(root, "kernels/wasm/build/modules.ts"), text);

// Training's kernels are a module of their own, which nothing else loads; its memory is always shared.
const training = compile("training", false, "train/index.ts");
const trainingText = `// Written by scripts/build-wasm.js from kernels/wasm/assembly/train.\n\nexport const training =\n  "${training.toString("base64")}";\n`;
writeFileSync(join(root, "kernels/wasm/build/training.ts"), trainingText);

const total = modules.plain.length + modules.relaxed.length;
console.log(
  `WebAssembly: plain ${modules.plain.length} bytes, relaxed ${modules.relaxed.length} bytes, ${total} together; for training ${training.length} bytes`,
);
if (total > limit) {
  console.error(`build-wasm: more than ${limit} bytes`);
  process.exit(1);
}
