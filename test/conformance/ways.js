/**
 * One text by every way to compute it, in both precisions: the scalar reference, and the WebAssembly kernels with and
 * without relaxed SIMD on one to four threads, and with the text in pieces. Prints, as JSON, a fingerprint of the bits of
 * all logits for each. It reaches below the package's public API, which does not offer the choice, and is bundled with
 * what it needs, as the package is, so that every runtime can run it.
 * Called as: ways.js MODEL TOKENS COUNT, TOKENS like 1,2,3
 */
import process from "node:process";
import { createReferenceBackend } from "../../src/tensor/index.ts";
import { createWasmBackend } from "../../src/plan/index.ts";
import { hasRelaxedSimd } from "../../kernels/wasm/index.ts";
import { openGguf, openSource } from "../../src/gguf/index.ts";
import { Context, loadModelInto } from "../../src/model/index.ts";
import { fingerprint } from "../runtime/fingerprint.js";

const [path, text, count] = process.argv.slice(2);
const prompt = text.split(",").map(Number);

/** The prompt at once, or in pieces of these lengths and the rest; then greedy tokens one at a time. */
async function run(backend, pieces = []) {
  const gguf = await openGguf(await openSource(path));
  const model = await loadModelInto(backend, gguf);
  const context = new Context(model);
  const { vocabularySize } = model.config;
  let hash = 0x811c9dc5;
  let logits;
  let from = 0;
  for (const length of [...pieces, prompt.length - pieces.reduce((sum, piece) => sum + piece, 0)]) {
    logits = await context.forward(prompt.slice(from, from + length));
    hash = fingerprint(hash, logits);
    from += length;
  }
  for (let i = 0; i < Number(count); i++) {
    const last = logits.subarray(logits.length - vocabularySize);
    logits = await context.forward([last.indexOf(last.reduce((most, logit) => Math.max(most, logit)))]);
    hash = fingerprint(hash, logits);
  }
  await context.close();
  await backend.close();
  await gguf.close();
  return hash.toString(16).padStart(8, "0");
}

const results = {};
for (const precision of ["f32", "int8"]) {
  const found = { reference: await run(createReferenceBackend(precision)) };
  for (const relaxed of hasRelaxedSimd() ? [false, true] : [false]) {
    for (const threads of [1, 2, 3, 4]) {
      const way = `${relaxed ? "relaxed" : "plain"} ${threads}`;
      found[way] = await run(await createWasmBackend({ precision, threads, relaxed }));
    }
  }
  found.pieces = await run(await createWasmBackend({ precision, threads: 2 }), [1, 3]);
  results[precision] = found;
}
console.log(JSON.stringify(results));
