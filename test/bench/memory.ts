import { join } from "node:path";
import { runtimes } from "../support/runtimes.ts";
import { Skipped, type Test, modelName, threadsName } from "./bench.ts";
import { readFacts } from "./model-facts.ts";
import { installLibrary } from "./ours/install-library.ts";
import { measureOurs } from "./ours/run-ours.ts";
import { bounds, memoryAllowance } from "./support/bounds.ts";
import { runProgram } from "./support/process.ts";
import { figure, isWithin } from "./support/row.ts";

const format = "Q4_1";
const watchMemoryMs = 20;
const mebibyte = 2 ** 20;

/**
 * The peak of resident memory of loading, prefill and decode, above that of an empty process with as many workers: one for
 * each thread but the main one, which computes too.
 */
export const memory: Test = {
  name: "memory",
  title: "Peak memory of a run, above an empty process of the runtime",
  async run(bench) {
    if (process.platform !== "linux") throw new Skipped("only Linux tells the peak memory of another process");
    const { promptTokens, generateTokens, kernels } = bench.options;
    const model = await bench.model(format);
    const { weightBytes } = await readFacts(model);
    const installed = process.env.PELLUCID_BENCH_LIBRARY === undefined ? installLibrary() : {};
    for (const runtime of runtimes.filter(({ missing }) => missing === undefined)) {
      for (const threads of bench.options.threads) {
        bench.step(`memory, ${runtime.name}, ${threadsName(threads)}`);
        const script = join(import.meta.dirname, "ours/empty.js");
        const empty = await runProgram(runtime.program, [...runtime.args, script, String(threads - 1)], {
          watchMemoryMs,
        });
        const settings = { threads, promptTokens, generateTokens, repetitions: 1, kernels };
        const run = await measureOurs(model, settings, { ...installed, runtime, watchMemoryMs });
        const taken = run.peakBytes - empty.peakBytes;
        const allowed = memoryAllowance(weightBytes, run.cacheBytes);
        bench.add({
          id: `memory/${runtime.name}/${threads}`,
          what: `${modelName(format)}, ${runtime.name}, ${threadsName(threads)}; beside it what it may take`,
          ours: `${figure(taken / mebibyte)} MiB`,
          peer: `${figure(allowed / mebibyte)} MiB`,
          ratio: `${(taken / allowed).toFixed(2)}×`,
          bound: `${bounds.memory.relation} ${bounds.memory.limit}×`,
          holds: isWithin(taken / allowed, bounds.memory),
          figures: { peak: run.peakBytes, empty: empty.peakBytes, weightBytes, cacheBytes: run.cacheBytes },
        });
      }
    }
  },
};
