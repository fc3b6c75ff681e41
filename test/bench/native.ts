import { type Bench, Skipped, type Test, modelName, threadsName } from "./bench.ts";
import { readFacts } from "./model-facts.ts";
import { type Rates, measureOurs } from "./ours/run-ours.ts";
import { llamaBench, llamaBenchVersion } from "./peers/llama-bench.ts";
import { alternate } from "./support/alternate.ts";
import { nativeBound } from "./support/bounds.ts";
import { compare } from "./support/row.ts";
import { median } from "./support/statistics.ts";

/** Decode and prefill in every format, against llama.cpp compiled for this processor. */
export const native: Test = {
  name: "native",
  title: "Against llama-bench, compiled for this processor",
  async run(bench) {
    if (!bench.options.peers.includes("llama-bench")) throw new Skipped("--peers leaves llama-bench out");
    bench.version("llama.cpp (llama-bench)", await llamaBenchVersion((await bench.llamaCpp()).bench));
    for (const format of bench.options.formats) {
      for (const threads of bench.options.threads) await measure(bench, format, threads);
    }
  },
};

async function measure(bench: Bench, format: string, threads: number): Promise<void> {
  const { rounds, repetitions, promptTokens, generateTokens, kernels } = bench.options;
  const model = await bench.model(format);
  const { bytesPerToken } = await readFacts(model);
  const { bench: program } = await bench.llamaCpp();
  const settings = { threads, repetitions, promptTokens, generateTokens };
  const name = `${modelName(format)}, ${threadsName(threads)}`;
  const [ours, peers] = await alternate<Rates>(
    rounds,
    [() => measureOurs(model, { ...settings, kernels }), () => llamaBench(program, model, settings)],
    (round, which) => bench.step(`${name}: round ${round + 1} of ${rounds}, ${which === 0 ? "ours" : "llama-bench"}`),
  );
  for (const measure of ["decode", "prefill"] as const) {
    bench.add(
      compare({
        id: `native/${measure}/${format}/${threads}`,
        what: `${measure}, ${name}`,
        unit: "tokens/s",
        ours: ours.map((run) => median(run[measure])),
        peers: peers.map((run) => median(run[measure])),
        bound: nativeBound(measure, format, threads),
        figures: { threads, bytesPerToken },
      }),
    );
  }
}
