import { Skipped, type Test, modelName, threadsName } from "./bench.ts";
import { readFacts } from "./model-facts.ts";
import { preparePages } from "./peers/wllama/browser.ts";
import { alternate } from "./support/alternate.ts";
import { bounds } from "./support/bounds.ts";
import { compare } from "./support/row.ts";
import { median } from "./support/statistics.ts";

/** In a page of Chromium: decode and prefill against llama.cpp compiled to WebAssembly. */
export const wllama: Test = {
  name: "wllama",
  title: "In Chromium, against wllama",
  async run(bench) {
    if (!bench.options.peers.includes("wllama")) throw new Skipped("--peers leaves wllama out");
    const pages = await preparePages(bench.step.bind(bench));
    for (const [name, version] of Object.entries(pages.versions)) bench.version(name, version);
    const { rounds, repetitions, promptTokens, generateTokens, kernels } = bench.options;
    for (const format of bench.options.formats.filter((name) => name === "Q4_1")) {
      const model = await bench.model(format);
      const { vocabularySize } = await readFacts(model);
      for (const threads of bench.options.threads) {
        const settings = { threads, promptTokens, generateTokens, repetitions, vocabularySize };
        const name = `${modelName(format)}, ${threadsName(threads)}`;
        const runs = await alternate(
          rounds,
          [
            () => pages.measure("ours", model, { ...settings, kernels }),
            () => pages.measure("wllama", model, { ...settings, repetitions: 1 }),
          ],
          (round, which) =>
            bench.step(`Chromium, ${name}: round ${round + 1} of ${rounds}, ${which === 0 ? "ours" : "wllama"}`),
        );
        for (const measure of ["decode", "prefill"] as const) {
          const [ours, peers] = runs.map((run) => run.map((result) => median(result[measure])));
          const id = `wllama/${measure}/${format}/${threads}`;
          bench.add(compare({ id, what: `${measure}, ${name}`, unit: "tokens/s", ours, peers, bound: bounds.wllama }));
        }
      }
    }
  },
};
