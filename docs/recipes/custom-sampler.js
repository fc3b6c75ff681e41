// A sampler of one's own in the chain: no token with the letter e, the likeliest of the others.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const withoutE = ({ ids, logits, sorted }) => ({
  ids,
  logits: logits.map((logit, i) => (/e/i.test(model.tokenizer.decode([ids[i]])) ? -Infinity : logit)),
  sorted: sorted && false,
});
const { text } = await model.generate("My dog is", { samplers: [withoutE, { top_k: { k: 1 } }], maxTokens: 8, seed: 1 })
  .result;
console.log(text);
await model.close();
