/**
 * `npm run bench:tokenizers`: how fast text becomes tokens, against @huggingface/tokenizers, and how the time grows with
 * the text. `node test/bench/tokenizers.ts [VOCABULARY …]` measures some vocabularies.
 */
import { installedVersion } from "./support/npm.ts";
import { root } from "./support/folders.ts";
import { growth, throughput } from "./tokenizers/measure.ts";
import { textKinds } from "./tokenizers/texts.ts";
import { vocabularies } from "./tokenizers/vocabularies.ts";
import { thisMachine } from "./support/results.ts";

const wanted = process.argv.slice(2);
const names = vocabularies.filter((name) => wanted.length === 0 || wanted.includes(name));
const peer = `@huggingface/tokenizers ${installedVersion(root, "@huggingface/tokenizers")}`;
console.log(`Node ${process.versions.node}, ${thisMachine}; ${peer}; seconds of the processor, medians of 5 turns\n`);

console.log("1 MB in texts of 10 KB, the same tokens | ours | peer | ratio (bound ≥ 2)");
for (const name of names) {
  for (const kind of ["prose", "code"] as const) {
    const { ours, peer: theirs, ratio } = await throughput(name, kind, 1e6);
    console.log(`${name}, ${kind} | ${ours.toFixed(1)} MB/s | ${theirs.toFixed(1)} MB/s | ${ratio.toFixed(1)}`);
  }
}

console.log("\ntime a byte | in texts of 10 KB | 10 MB at once | ratio (bound ≤ 1.5)");
for (const name of names) {
  for (const kind of textKinds) {
    const { small, large, ratio } = await growth(name, kind, 1e7, 1e4);
    console.log(`${name}, ${kind} | ${small.toFixed(1)} ns | ${large.toFixed(1)} ns | ${ratio.toFixed(2)}`);
  }
}
