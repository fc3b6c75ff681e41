import { type Test, modelName, threadsName } from "./bench.ts";
import { type Rates, measureOurs } from "./ours/run-ours.ts";
import { llamaBench } from "./peers/llama-bench.ts";
import { alternate } from "./support/alternate.ts";
import { bounds } from "./support/bounds.ts";
import { compare } from "./support/row.ts";
import { median } from "./support/statistics.ts";

const format = "Q4_1";

/** Decode with a long text in the cache, against an empty cache and against llama-bench at that depth. */
export const depth: Test = {
  name: "depth",
  title: "Decode after a long text",
  async run(bench) {
    const { rounds, repetitions, generateTokens, kernels, depth } = bench.options;
    const model = await bench.model(format);
    const { bench: program } = await bench.llamaCpp();
    for (const threads of bench.options.threads) {
      const settings = { threads, repetitions, promptTokens: 0, generateTokens };
      const name = `${modelName(format)}, ${threadsName(threads)}`;
      const runs = await alternate<Rates>(
        rounds,
        [
          () => measureOurs(model, { ...settings, kernels, depth }),
          () => measureOurs(model, { ...settings, kernels }),
          () => llamaBench(program, model, { ...settings, depth }),
        ],
        (round, which) =>
          bench.step(`depth ${depth}, ${name}: round ${round + 1} of ${rounds}, part ${which + 1} of 3`),
      );
      const [deep, empty, peer] = runs.map((run) => run.map(({ decode }) => median(decode)));
      const common = { unit: "tokens/s", ours: deep, figures: { depth } };
      bench.add(
        compare({
          ...common,
          id: `depth/empty/${threads}`,
          what: `decode after ${depth} tokens, after none, ${name}`,
          peers: empty,
          bound: bounds.depthOfEmpty,
        }),
      );
      bench.add(
        compare({
          ...common,
          id: `depth/native/${threads}`,
          what: `decode after ${depth} tokens, llama-bench -d ${depth}, ${name}`,
          peers: peer,
          bound: bounds.depthNative,
        }),
      );
    }
  },
};
