import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import {
  type ImportanceMatrix,
  type Sparsity,
  chooseStructure,
  computeImatrix,
  measureStructure,
  pruneStructure,
  pruneWeights,
  quantizeFile,
} from "../../../src/compress/index.ts";
import { perplexity } from "../../../src/index.ts";
import { createRandom } from "../../../src/sampling/index.ts";
import { corpusStories } from "../../support/corpus.ts";
import { withLanguageModel } from "../../support/loaded.ts";
import { record } from "../../support/record.ts";
import { hasShared, itShared, smollm2 } from "../../support/shared.ts";

const folder = hasShared ? mkdtempSync(join(tmpdir(), "pellucid-prune-")) : "";
const [whole, output] = [join(folder, "whole.gguf"), join(folder, "pruned.gguf")];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minutes = 60_000;

/** Measured on stories of the training part; perplexity on 2,048 tokens of the validation part. */
describe("pruning SmolLM2, as Q8_0", () => {
  let calibration: number[] = [];
  let unseen: number[] = [];

  const lossOf = (path: string) =>
    withLanguageModel(path, async ({ loaded }) => (await perplexity(loaded, unseen)).perplexity);

  itShared(
    "half of the weights zero: Wanda loses less than magnitude; 2:4 is exact in every row",
    async () => {
      await quantizeFile(smollm2, whole, "Q8_0", { allowRequantize: true });
      const imatrix = await withLanguageModel(whole, async ({ tokenizer, loaded }) => {
        calibration = tokenizer.encode(corpusStories("train-0.txt.gz", 40_000)).slice(0, 4096);
        unseen = tokenizer.encode(corpusStories("valid.txt.gz", 20_000)).slice(0, 2048);
        return computeImatrix(loaded, calibration);
      });
      const before = await lossOf(whole);
      record("pruning: SmolLM2 on unseen stories, perplexity: whole", before);
      const prune = async (what: string, sparsity: Sparsity, matrix: ImportanceMatrix | undefined, bound = "") => {
        const { zeros, values } = await pruneWeights(whole, output, { sparsity, imatrix: matrix });
        const loss = await lossOf(output);
        record(
          `pruning: SmolLM2 on unseen stories, perplexity: ${what} (${((100 * zeros) / values).toFixed(1)} % zeros)`,
          loss,
          bound,
        );
        return loss;
      };
      const magnitude = await prune("half of each row zero by magnitude", 0.5, undefined);
      const wanda = await prune("half of each row zero by Wanda", 0.5, imatrix, "less than by magnitude");
      const pattern = await prune("2:4 by Wanda", { keep: 2, of: 4 }, imatrix);
      expect(wanda).toBeLessThan(magnitude);
      expect(pattern).toBeLessThan(magnitude);
      expect(before).toBeLessThan(wanda);
    },
    30 * minutes,
  );

  itShared(
    "without 6 of 30 layers: those of least influence cost less than the median of 20 random choices",
    async () => {
      const importance = await withLanguageModel(whole, ({ loaded }) => measureStructure(loaded, calibration));
      const lossWithout = async (layers: readonly number[]) => {
        await pruneStructure(whole, output, { layers });
        return lossOf(output);
      };
      const { layers } = chooseStructure(importance, { layers: 6 });
      const chosen = await lossWithout(layers!);
      const random = createRandom(1);
      const losses: number[] = [];
      for (let i = 0; i < 20; i++) {
        const order = Array.from({ length: 30 }, (_, layer) => ({ layer, key: random() }));
        order.sort((a, b) => a.key - b.key);
        losses.push(await lossWithout(order.slice(0, 6).map(({ layer }) => layer).sort((a, b) => a - b))); // prettier-ignore
      }
      losses.sort((a, b) => a - b);
      const median = (losses[9] + losses[10]) / 2;
      record(
        `pruning: SmolLM2 on unseen stories, perplexity: without the 6 layers of least influence (${layers!.join(", ")})`,
        chosen,
        `less than the median of 20 random choices, ${median.toFixed(1)}`,
      );
      record(
        "pruning: SmolLM2 on unseen stories, perplexity: without 6 random layers, 20 times",
        `${losses[0].toFixed(1)}…${losses[19].toExponential(1)}`,
      );
      expect(chosen).toBeLessThan(median);
    },
    30 * minutes,
  );
});
