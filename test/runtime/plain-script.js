/**
 * What a user might write, in plain JavaScript, on any runtime: loads the models named on the command line and prints, as
 * JSON, their greedy tokens and a fingerprint of the bits of all logits, in both precisions.
 * Called as: plain-script.js TOKENS COUNT MODEL…, TOKENS like 1,2,3
 */
import process from "node:process";
import { loadModel } from "pellucid";
import { fingerprint } from "./fingerprint.js";

const [tokens, count, ...paths] = process.argv.slice(2);
const prompt = tokens.split(",").map(Number);

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
