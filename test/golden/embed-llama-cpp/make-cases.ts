/**
 * Writes `cases.json`: what llama.cpp's `llama-embedding` gives for some texts, under each pooling.
 *
 *     node test/golden/embed-llama-cpp/make-cases.ts LLAMA_CPP/build/bin MODEL.gguf
 *
 * llama.cpp 0c1e570, on MODEL turned to F32 by `llama-quantize`, with an F32 cache, without flash attention, vectors not
 * normalised. Numbers are kept in ten-thousandths, which loses 10⁻⁵ of their size.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [bin, model] = process.argv.slice(2);
const texts = [
  "The cat sat on the mat.",
  "A feline rested upon the rug",
  "Interest rates rose by half a point, the central bank said on Tuesday.",
  "Paris",
  "def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)",
  "Straßenbahnfahrer üben täglich: früh, spät und nachts; 你好，世界！",
  "Once upon a time there was a little girl who lived with her mother at the edge of a great forest. ".repeat(8).trim(),
];

const folder = mkdtempSync(join(tmpdir(), "embed-"));
try {
  const exact = join(folder, "model.gguf");
  execFileSync(join(bin, "llama-quantize"), ["--allow-requantize", model, exact, "F32"], { stdio: "ignore" });
  const vectors = Object.fromEntries(["mean", "last", "cls"].map((pooling) => [pooling, embed(exact, pooling)]));
  const lines = Object.entries({ texts, ...vectors }).map(
    ([name, values]) => `"${name}": [\n${values.map((value) => JSON.stringify(value)).join(",\n")}\n]`,
  );
  writeFileSync(join(import.meta.dirname, "cases.json"), `{\n${lines.join(",\n")}\n}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function embed(path: string, pooling: string): number[][] {
  const cache = ["-ctk", "f32", "-ctv", "f32", "-fa", "off"];
  const output = ["--embd-normalize", "-1", "--embd-output-format", "array", "--embd-separator", "<#>"];
  const args = ["-m", path, "-p", texts.join("<#>"), "--pooling", pooling, "-t", "2", ...cache, ...output];
  const printed = execFileSync(join(bin, "llama-embedding"), args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const rows = JSON.parse(printed) as number[][];
  if (rows.length !== texts.length) throw new Error(`llama-embedding gave ${rows.length} vectors`);
  return rows.map((row) => row.map((x) => Math.round(x * 1e4)));
}
