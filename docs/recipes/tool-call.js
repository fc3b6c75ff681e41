// The model asks for a function, the script runs it, the model answers with the result.
import process from "node:process";
import { loadModel } from "pellucid";

const functions = { get_weather: ({ city }) => ({ city, celsius: 11, sky: "rain" }) };
const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather of a city now.",
      parameters: { type: "object", properties: { city: { type: "string", maxLength: 30 } }, required: ["city"] },
    },
  },
];

const model = await loadModel(process.argv[2]);
const chat = model.createChat({ tools, temperature: 0, maxTokens: 60 });
const asked = await chat.send("What is the weather in Paris?", { toolChoice: "required" }).result;
const results = asked.toolCalls.map(({ id, name, arguments: values }) => {
  console.log(`${name}(${JSON.stringify(values)})`);
  return { role: "tool", tool_call_id: id, name, content: JSON.stringify(functions[name](values)) };
});
console.log((await chat.send(results, { toolChoice: "none" }).result).text);
await chat.close();
await model.close();
