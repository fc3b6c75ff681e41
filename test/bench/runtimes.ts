import { runtimes as allRuntimes } from "../support/runtimes.ts";
import { type Test, modelName, threadsName } from "./bench.ts";
import { measureOurs, node24 } from "./ours/run-ours.ts";
import { alternate } from "./support/alternate.ts";
import { bounds } from "./support/bounds.ts";
import { compare } from "./support/row.ts";
import { median } from "./support/statistics.ts";

const format = "Q4_1";

/** Decode on every runtime against Node 24. Node 20 has no relaxed SIMD, so it shows what the plain build does. */
export const runtimes: Test = {
  name: "runtimes",
  title: "Every runtime, against Node 24",
  async run(bench) {
    const { rounds, repetitions, promptTokens, generateTokens, kernels } = bench.options;
    const model = await bench.model(format);
    for (const runtime of allRuntimes.filter((other) => other !== node24 && other.missing === undefined)) {
      for (const threads of bench.options.threads) {
        const settings = { threads, repetitions, promptTokens, generateTokens, kernels };
        const name = `${modelName(format)}, ${runtime.name}, ${threadsName(threads)}`;
        const runs = await alternate(
          rounds,
          [() => measureOurs(model, settings, { runtime }), () => measureOurs(model, settings)],
          (round) => bench.step(`${name}: round ${round + 1} of ${rounds}`),
        );
        for (const measure of ["decode", "prefill"] as const) {
          const [ours, peers] = runs.map((run) => run.map((result) => median(result[measure])));
          const bounded = measure === "decode" && runtime.name === "Node 20";
          const id = `runtimes/${measure}/${runtime.name}/${threads}`;
          const bound = bounded ? bounds.plainSimd : undefined;
          bench.add(compare({ id, what: `${measure}, ${name}`, unit: "tokens/s", ours, peers, bound }));
        }
      }
    }
  },
};
