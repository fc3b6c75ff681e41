/**
 * How fast the scalar reference is: as `pellucid bench` measures, and by the time that the process really had a processor,
 * which other work on the machine changes little. Prints JSON, tokens per second of each run after one to warm up.
 * Called beside an installed package as: reference-speed.js MODEL PRECISION RUNS
 */
import process from "node:process";
import { loadModel } from "pellucid";

const [path, precision, runs] = process.argv.slice(2);
const model = await loadModel(path, { precision, kernels: "reference" });
const tokens = Array.from({ length: 32 }, (_, i) => 1000 + 37 * i);
const results = { prefill: [], decode: [] };

async function measure(list, count, work) {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  list.push({ wall: (1000 * count) / (performance.now() - started), processor: (1e6 * count) / (user + system) });
}

for (let i = 0; i <= Number(runs); i++) {
  const context = model.createContext();
  await measure(results.prefill, tokens.length, () => context.forward(tokens, { outputs: "last" }));
  await measure(results.decode, 16, async () => {
    for (let k = 0; k < 16; k++) await context.forward([tokens[k]], { outputs: "last" });
  });
  await context.close();
}
await model.close();
for (const list of Object.values(results)) list.shift();
console.log(JSON.stringify(results));
