/**
 * Measures this library in a process of its own, on any runtime.
 * Called as: program.js LIBRARY TASK MODEL SETTINGS, LIBRARY a URL of the library's main module, SETTINGS as JSON.
 */
import process from "node:process";
import { fingerprint, firstToken, speed } from "./measure.js";

const [library, task, model, json] = process.argv.slice(2);
const settings = JSON.parse(json);
const { loadModel } = await import(library);

if (task === "speed") console.log(JSON.stringify(await speed(loadModel, model, settings)));
else if (task === "first-token") await firstToken(loadModel, model, settings, (token) => console.log(token));
else if (task === "fingerprint") console.log(JSON.stringify(await fingerprint(loadModel, model, settings)));
else throw new Error(`unknown task ${task}`);
