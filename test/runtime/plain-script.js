/**
 * What a user might write, in plain JavaScript, on any runtime: loads the models named on the command line and prints, as
 * JSON, their greedy tokens and a fingerprint of the bits of all logits, in both precisions.
 * Called as: plain-script.js TOKENS COUNT MODEL…, TOKENS like 1,2,3
 */
import process from "node:process";
import { loadModel } from "pellucid";

const [tokens, count, ...paths] = process.argv.slice(2);
const prompt = tokens.split(",").map(Number);

/** FNV-1a over 32-bit words, NaNs made equal, since their bits may differ. */
function fingerprint(hash, values) {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < words.length; i++)
    hash = Math.imul(hash ^ (values[i] === values[i] ? words[i] : 0x7fc00000), 0x01000193);
  return hash >>> 0;
}

function largest(logits) {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  return best;
}

const results = [];
for (const path of paths) {
  for (const precision of ["f32", "int8"]) {
    const model = await loadModel(path, { precision });
    const context = model.createContext();
    let logits = await context.forward(prompt);
    const vocabulary = logits.length / prompt.length;
    let hash = fingerprint(0x811c9dc5, logits);
    const greedy = [];
    for (;;) {
      greedy.push(largest(logits.subarray(logits.length - vocabulary)));
      if (greedy.length >= Number(count)) break;
      logits = await context.forward(greedy.slice(-1));
      hash = fingerprint(hash, logits);
    }
    await context.close();
    await model.close();
    results.push({
      model: path.replace(/^.*[\\/]/, ""),
      precision,
      greedy,
      logits: hash.toString(16).padStart(8, "0"),
    });
  }
}
console.log(JSON.stringify(results));
