import { gunzipSync } from "node:zlib";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { chooseStructure, measureStructure, pruneStructure, teacherOf, train } from "../../../src/compress/index.ts";
import { loadModel, perplexity } from "../../../src/index.ts";
import { corpusTokens } from "../../support/corpus.ts";
import { withLanguageModel } from "../../support/loaded.ts";
import { record } from "../../support/record.ts";
import { hasShared, itShared, shared, smollm2 } from "../../support/shared.ts";
import { writeSmollm2AsF16 } from "../../support/smollm2-f16.ts";

const folder = hasShared ? mkdtempSync(join(tmpdir(), "pellucid-recover-")) : "";
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minutes = 60_000;
const context = 256;
const distilledTokens = 60 * 4 * context;

itShared(
  "SmolLM2 without 6 of its layers, distilled from the whole for less than an hour, gets back half of what it lost",
  async () => {
    await writeSmollm2AsF16(at("whole.gguf"));
    let unseen: number[] = [];
    const lossOf = (path: string) =>
      withLanguageModel(path, async ({ loaded }) => (await perplexity(loaded, unseen)).perplexity);
    const choice = await withLanguageModel(at("whole.gguf"), async ({ tokenizer, loaded }) => {
      unseen = corpusTokens(tokenizer, "valid.txt.gz", 8192);
      return chooseStructure(await measureStructure(loaded, corpusTokens(tokenizer, "train-0.txt.gz", 8192)), {
        layers: 6,
      });
    });
    await pruneStructure(at("whole.gguf"), at("pruned.gguf"), choice);
    const before = await lossOf(at("whole.gguf"));
    const pruned = await lossOf(at("pruned.gguf"));

    // Not the part of the stories that chose the layers.
    writeFileSync(at("text.txt"), gunzipSync(readFileSync(shared("corpus/train-1.txt.gz"))).subarray(0, 1_500_000));
    const teacher = await loadModel(smollm2);
    const started = performance.now();
    await train({
      out: at("distilled.gguf"),
      model: at("pruned.gguf"),
      teacher: {
        teacher: teacherOf(teacher.loaded, "SmolLM2", context),
        divergence: "forward-kl",
        temperature: 1,
        mix: 0.5,
        topTokens: 64,
      },
      files: [at("text.txt")],
      context,
      batch: 4,
      tokens: distilledTokens,
      learningRate: 2e-4,
      warmUp: 4,
      checkpointSeconds: 600,
    });
    const taken = (performance.now() - started) / minutes;
    await teacher.close();
    const distilled = await lossOf(at("distilled.gguf"));

    const share = (pruned - distilled) / (pruned - before);
    const figures = [before, pruned, distilled].map((value) => value.toFixed(2)).join(", ");
    record(
      "train: SmolLM2 on 8,192 tokens of unseen stories, perplexity: whole, without 6 of 30 layers, distilled",
      figures,
    );
    record(
      `train: what distilling on ${distilledTokens} tokens gets back of it, in ${taken.toFixed(0)} minutes`,
      `${(100 * share).toFixed(1)} %`,
      "≥ 50 %, in 60 minutes",
    );
    expect(share).toBeGreaterThanOrEqual(0.5);
    expect(taken).toBeLessThanOrEqual(60);
  },
  120 * minutes,
);
