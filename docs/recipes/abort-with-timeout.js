// An answer that may take no longer than a while: a signal ends it with an error, `timeLimit` with what there is.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const signal = AbortSignal.timeout(300);
try {
  for await (const { text } of model.generate("Once upon a time", { ignoreEnd: true, signal }))
    process.stdout.write(text);
} catch (error) {
  if (error.name !== "TimeoutError") throw error;
  console.log("… and time was up");
}
const { finishReason } = await model.generate("Once upon a time", { ignoreEnd: true, timeLimit: 300 }).result;
console.log(finishReason);
await model.close();
