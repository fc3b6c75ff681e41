import { downloadModel } from "../../../src/download/index.ts";

// Fetches the model that the arguments name, twice at once, and prints what it got.
const [model, endpoint, cacheFolder] = process.argv.slice(2);
const options = { endpoint, cacheFolder, token: "", retryDelayMs: 5 };
const [one, two] = await Promise.all([downloadModel(model, options), downloadModel(model, options)]);
console.log(JSON.stringify([one, two]));
