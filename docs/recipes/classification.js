// Which label fits a text: the one that the model finds likeliest after it. Nothing is generated.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const reviews = ["I loved every minute of this film.", "A waste of time, I walked out."];
for (const review of reviews) {
  const prompt = `Review: ${review}\nThe reviewer's opinion is`;
  const start = model.tokenizer.encode(prompt).length;
  const totals = [];
  for (const label of [" positive", " negative"]) {
    const { logprobs } = await model.score(prompt + label);
    totals.push([label, logprobs.slice(start).reduce((sum, logprob) => sum + logprob, 0)]);
  }
  totals.sort((a, b) => b[1] - a[1]);
  console.log(`${totals[0][0].trim()}: ${review}`);
}
await model.close();
