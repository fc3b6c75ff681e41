// Many prompts, one after the other, as lines of JSON: the model is loaded once.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
for (const prompt of ["The capital of France is", "Two and two are", "The opposite of hot is"]) {
  const { text, finishReason } = await model.generate(prompt, { temperature: 0, maxTokens: 4 }).result;
  console.log(JSON.stringify({ prompt, text, finishReason }));
}
await model.close();
