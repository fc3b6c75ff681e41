import { type Test, modelName } from "./bench.ts";
import { measureOurs } from "./ours/run-ours.ts";
import { alternate } from "./support/alternate.ts";
import { bounds } from "./support/bounds.ts";
import { compare } from "./support/row.ts";
import { median } from "./support/statistics.ts";

/** Decode on two threads against one. */
export const threads: Test = {
  name: "threads",
  title: "Two threads against one",
  async run(bench) {
    const { rounds, repetitions, generateTokens, kernels, formats } = bench.options;
    for (const format of formats) {
      const model = await bench.model(format);
      const on = (count: number) => () =>
        measureOurs(model, { threads: count, repetitions, promptTokens: 0, generateTokens, kernels });
      const [two, one] = await alternate(rounds, [on(2), on(1)], (round) =>
        bench.step(`threads, ${modelName(format)}: round ${round + 1} of ${rounds}`),
      );
      bench.add(
        compare({
          id: `threads/${format}`,
          what: `decode, ${modelName(format)}: 2 threads, 1 thread`,
          unit: "tokens/s",
          ours: two.map((run) => median(run.decode)),
          peers: one.map((run) => median(run.decode)),
          bound: bounds.twoThreads,
        }),
      );
    }
  },
};
