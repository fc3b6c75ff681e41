// Which earlier tokens the last one looks at, in one head: a tap shows any value of the forward pass.
import process from "node:process";
import { loadModel } from "pellucid";

const [layer, head] = [3, 1];
const model = await loadModel(process.argv[2]);
const tokens = model.tokenizer.encode("The cat sat on the mat");
const context = model.createContext();
let row = [];
const see = ({ data, shape: [, positions] }) => (row = data.slice(head * positions, (head + 1) * positions));
await context.forward(tokens, { taps: { [`layer.${layer}.attention.weights`]: see } });
tokens.forEach((token, i) =>
  console.log(row[i].toFixed(2), "#".repeat(Math.round(40 * row[i])), model.tokenizer.decode([token])),
);
await context.close();
await model.close();
