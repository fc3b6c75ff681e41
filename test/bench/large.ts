import { type Bench, type Test } from "./bench.ts";
import { readFacts } from "./model-facts.ts";
import { measureOurs, runOurs, runtimeNamed } from "./ours/run-ours.ts";
import { random8B } from "./models.ts";
import { figure, single } from "./support/row.ts";

/** A model past 4 GiB loads and decodes; the logits of its first layer alone equal the reference's. */
export const large: Test = {
  name: "large",
  title: "A model past 4 GiB: random Q4_1 weights in the shapes of an 8B model",
  async run(bench) {
    const threads = Math.max(...bench.options.threads);
    const { kernels } = bench.options;
    bench.step("large: writing the models");
    const [whole, short] = [await random8B(), await random8B(1)];
    const { weightBytes } = await readFacts(whole);
    const expected = await logitsOf(bench, "Node 24", short, { kernels: "reference" });
    for (const name of ["Node 24", "Deno", "Bun"]) {
      const equal = (await logitsOf(bench, name, short, { threads, kernels })) === expected;
      bench.add(
        single({
          id: `large/equal/${name}`,
          what: `logits of one layer, ${name}`,
          ours: equal ? "equal" : "different",
          bound: "the reference's, bit for bit",
          holds: equal,
        }),
      );
      bench.step(`large: ${name} loads and decodes ${figure(weightBytes / 1e9)} GB`);
      const settings = { threads, kernels, promptTokens: 16, generateTokens: 8, repetitions: 1, warmUp: false };
      const run = await measureOurs(whole, settings, { runtime: runtimeNamed(name), watchMemoryMs: 100 });
      bench.add(
        single({
          id: `large/decode/${name}`,
          what: `decode, ${figure(weightBytes / 1e9)} GB of weights, ${name}, ${threads} threads; loading took ${figure(run.loadMs / 1000)} s`,
          ours: `${figure(run.decode[0])} tokens/s`,
          bound: "loads and decodes",
          holds: run.decode[0] > 0,
          figures: { ours: run.decode[0], bytesPerToken: weightBytes, peakBytes: run.peakBytes, threads },
        }),
      );
    }
  },
};

async function logitsOf(
  bench: Bench,
  runtimeName: string,
  model: string,
  settings: { threads?: number; kernels: "reference" | "wasm" | undefined },
): Promise<string> {
  bench.step(`large: logits of one layer, ${runtimeName}, ${settings.kernels ?? "default"} kernels`);
  const runtime = runtimeNamed(runtimeName);
  const { stdout } = await runOurs("fingerprint", model, { ...settings, promptTokens: 2 }, { runtime });
  return JSON.parse(stdout) as string;
}
