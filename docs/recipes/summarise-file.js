// Sums up a text file, the answer streamed. A text that is too long is cut where the context's room ends.
import { readFile } from "node:fs/promises";
import process from "node:process";
import { loadModel } from "pellucid";

const [path, file = import.meta.filename] = process.argv.slice(2);
const model = await loadModel(path);
const tokens = model.tokenizer.encode(await readFile(file, "utf8"), { addSpecial: false });
const text = model.tokenizer.decode(tokens.slice(0, Math.min(512, model.config.contextLength - 256)));
const messages = [{ role: "user", content: `Sum up this text in one sentence:\n\n${text}` }];
for await (const part of model.chat(messages, { temperature: 0, maxTokens: 40 })) {
  if (part.type === "text") process.stdout.write(part.text);
}
console.log();
await model.close();
