// A conversation of two turns. The second computes only what is new: the cache is kept.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const chat = model.createChat({ system: "Answer in one sentence.", temperature: 0, maxTokens: 40 });
for (const question of ["What is the capital of France?", "And of Italy?"]) {
  console.log(`> ${question}`);
  for await (const part of chat.send(question)) if (part.type === "text") process.stdout.write(part.text);
  console.log();
}
await chat.close();
await model.close();
