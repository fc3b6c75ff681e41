// The text nearest in meaning to a question: vectors of length 1, compared by their dot product.
import process from "node:process";
import { loadModel } from "pellucid";

const model = await loadModel(process.argv[2]);
const texts = ["Whales are mammals that live in the sea.", "Bread is made of flour and water.", "The sun is a star."];
const [query, ...vectors] = await model.embed(["How do you bake bread?", ...texts]);
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const found = vectors.map((vector, i) => ({ text: texts[i], likeness: dot(query, vector) }));
found.sort((a, b) => b.likeness - a.likeness);
for (const { text, likeness } of found) console.log(`${likeness.toFixed(3)} ${text}`);
await model.close();
