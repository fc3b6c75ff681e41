import { type Test, threadsName } from "./bench.ts";
import { nativeReadBandwidth } from "./bandwidth/native.ts";
import { readBandwidth } from "./bandwidth/read-memory.ts";
import { alternate } from "./support/alternate.ts";
import { compare, figure, single } from "./support/row.ts";
import { median } from "./support/statistics.ts";

/** How fast this machine reads memory: the limit of decoding, which reads every weight once a token. */
export const bandwidth: Test = {
  name: "bandwidth",
  title: "Reading memory: WebAssembly SIMD, and C compiled for this processor",
  async run(bench) {
    const { rounds } = bench.options;
    for (const threads of bench.options.threads) {
      const what = `read bandwidth, ${threadsName(threads)}`;
      const id = `bandwidth/${threads}`;
      const step = (round: number) => bench.step(`${what}: round ${round + 1} of ${rounds}`);
      const own = () => readBandwidth(threads);
      try {
        await nativeReadBandwidth(threads, 2 ** 20, 1);
      } catch {
        const [rates] = await alternate(rounds, [own], step);
        const ours = median(rates);
        bench.add(
          single({ id, what: `${what} (no C compiler)`, ours: `${figure(ours / 1e9)} GB/s`, figures: { best: ours } }),
        );
        continue;
      }
      const runs = await alternate(rounds, [own, () => nativeReadBandwidth(threads)], step);
      const [ours, peers] = runs.map((rates) => rates.map((rate) => rate / 1e9));
      const figures = { best: 1e9 * Math.max(median(ours), median(peers)) };
      bench.add(compare({ id, what, unit: "GB/s", ours, peers, figures }));
    }
  },
};
