// Facts out of a text, as JSON: the function's arguments are the record that is wanted.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const record = {
  type: "function",
  function: {
    name: "record_person",
    description: "Record a person.",
    parameters: {
      type: "object",
      properties: { name: { type: "string", maxLength: 60 }, age: { type: "integer", minimum: 0, maximum: 150 } },
      required: ["name", "age"],
    },
  },
};
const messages = [{ role: "user", content: "Record this person: Ada Lovelace, who is 36 years old." }];
const { toolCalls } = await model.chat(messages, {
  tools: [record],
  toolChoice: { name: "record_person" },
  temperature: 0,
  maxTokens: 60,
}).result;
console.log(JSON.stringify(toolCalls[0].arguments));
await model.close();
