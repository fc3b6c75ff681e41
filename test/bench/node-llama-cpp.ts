import { type Bench, Skipped, type Test, modelName, threadsName } from "./bench.ts";
import { readFacts } from "./model-facts.ts";
import { type Rates, measureOurs, runOurs } from "./ours/run-ours.ts";
import { installNodeLlamaCpp, measureNodeLlamaCpp, nodeLlamaCppProgram } from "./peers/node-llama-cpp/install.ts";
import { alternate } from "./support/alternate.ts";
import { bounds } from "./support/bounds.ts";
import { compare } from "./support/row.ts";
import { median } from "./support/statistics.ts";

/** Decode, with each likeliest token fed back, and prefill in every format, against the npm package node-llama-cpp. */
export const nodeLlamaCpp: Test = {
  name: "node-llama-cpp",
  title: "Against node-llama-cpp (npm, prebuilt, processor only)",
  async run(bench) {
    await prepare(bench);
    for (const format of bench.options.formats) {
      for (const threads of bench.options.threads) await measure(bench, format, threads);
    }
  },
};

/** From the start of the process to the first token of a prompt of 16, against the same on node-llama-cpp. */
export const firstToken: Test = {
  name: "first-token",
  title: "From the start of the process to the first token of a 16-token prompt",
  async run(bench) {
    await prepare(bench);
    const threads = Math.max(...bench.options.threads);
    const { rounds, kernels } = bench.options;
    for (const format of bench.options.formats.filter((name) => ["Q4_1", "Q8_0"].includes(name))) {
      const model = await bench.model(format);
      const { vocabularySize } = await readFacts(model);
      const settings = { threads, promptTokens: 16 };
      const name = `${modelName(format)}, ${threadsName(threads)}`;
      const [ours, peers] = await alternate(
        rounds,
        [
          () => runOurs("first-token", model, { ...settings, kernels }),
          () => nodeLlamaCppProgram("first-token", model, { ...settings, vocabularySize }),
        ],
        (round) => bench.step(`first token, ${name}: round ${round + 1} of ${rounds}`),
      );
      bench.add(
        compare({
          id: `first-token/${format}`,
          what: `process start to first token, ${name}`,
          unit: "ms",
          ours: ours.map((run) => run.firstOutputMs),
          peers: peers.map((run) => run.firstOutputMs),
          bound: bounds.firstToken,
        }),
      );
    }
  },
};

async function prepare(bench: Bench): Promise<void> {
  if (!bench.options.peers.includes("node-llama-cpp")) throw new Skipped("--peers leaves node-llama-cpp out");
  bench.version("node-llama-cpp", await installNodeLlamaCpp(bench.step.bind(bench)));
}

async function measure(bench: Bench, format: string, threads: number): Promise<void> {
  const { rounds, repetitions, promptTokens, generateTokens, kernels } = bench.options;
  const model = await bench.model(format);
  const { vocabularySize } = await readFacts(model);
  const settings = { threads, repetitions, promptTokens, generateTokens };
  const name = `${modelName(format)}, ${threadsName(threads)}`;
  const [ours, peers] = await alternate<Rates>(
    rounds,
    [
      () => measureOurs(model, { ...settings, kernels, greedy: true }),
      () => measureNodeLlamaCpp(model, { ...settings, vocabularySize }),
    ],
    (round, which) =>
      bench.step(`${name}: round ${round + 1} of ${rounds}, ${which === 0 ? "ours" : "node-llama-cpp"}`),
  );
  for (const measure of ["decode", "prefill"] as const) {
    bench.add(
      compare({
        id: `node-llama-cpp/${measure}/${format}/${threads}`,
        what: `${measure}, ${name}`,
        unit: "tokens/s",
        ours: ours.map((run) => median(run[measure])),
        peers: peers.map((run) => median(run[measure])),
        bound: measure === "decode" ? bounds.nodeLlamaCppDecode : undefined,
      }),
    );
  }
}
