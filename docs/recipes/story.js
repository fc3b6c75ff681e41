// A story that appears as it is written. Same seed, same story, on every runtime.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
for await (const { text } of model.generate("Once upon a time,", { maxTokens: 40, temperature: 0.8, seed: 7 })) {
  process.stdout.write(text);
}
console.log();
await model.close();
