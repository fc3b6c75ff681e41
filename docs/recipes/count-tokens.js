// How many tokens a text has, and which: what a context holds, and what a server would bill.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const { tokenizer } = model;
for (const text of ["Hello, world!", "antidisestablishmentarianism", "日本語"]) {
  const tokens = tokenizer.encode(text, { addSpecial: false });
  console.log(`${tokens.length} tokens: ${tokens.map((token) => JSON.stringify(tokenizer.decode([token]))).join(" ")}`);
}
await model.close();
