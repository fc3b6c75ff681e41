// How well a model knows a text: the lower its perplexity, the less it is surprised.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const texts = ["The cat sat on the mat and looked at the moon.", "Mat the on moon looked cat the and sat the at."];
for (const text of texts) {
  const { perplexity, scored } = await model.score(text);
  console.log(`${perplexity.toFixed(1)} over ${scored} tokens: ${text}`);
}
await model.close();
