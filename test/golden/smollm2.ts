import { afterAll, beforeAll, describe, expect } from "vitest";
import { type LanguageModel, type LoadOptions, loadModel, perplexity } from "../../src/index.ts";
import { klDivergence, logSoftmax } from "../support/distributions.ts";
import { decidedLength, forcedCase, greedyCases } from "../support/golden-smollm2.ts";
import { record } from "../support/record.ts";
import { hasShared, itShared, smollm2 } from "../support/shared.ts";

const thirtyMinutes = 1_800_000;

/** Tests of SmolLM2 against llama.cpp's goldens. `name` tells which kernels in the table of conformance. */
export function smollm2Agrees(name: string, options: LoadOptions = {}): void {
  describe(`SmolLM2-135M against llama.cpp, ${name}`, () => {
    let f32: LanguageModel | undefined;
    let int8: LanguageModel | undefined;
    beforeAll(async () => {
      if (!hasShared) return;
      f32 = await loadModel(smollm2, { ...options, precision: "f32" });
      int8 = await loadModel(smollm2, { ...options, precision: "int8" });
    });
    afterAll(async () => {
      await f32?.close();
      await int8?.close();
    });

    for (const golden of hasShared ? greedyCases() : []) {
      itShared(
        `generates the golden tokens: ${golden.name}`,
        async () => {
          const prompt = golden.prompt_tokens;
          const { tokens } = await f32!.generate(prompt, { temperature: 0, maxTokens: golden.greedy.length }).result;
          const decided = decidedLength(golden.margin, 0.002);
          const found = golden.greedy.findIndex((token, i) => token !== tokens[i]);
          const figure = `${found < 0 ? golden.greedy.length : found} of ${golden.greedy.length} tokens equal`;
          record(`SmolLM2 f32, ${name}: greedy, ${golden.name}`, figure, `the first ${decided} (margin ≥ 0.002)`);
          expect(tokens.slice(0, decided)).toEqual(golden.greedy.slice(0, decided));
        },
        thirtyMinutes,
      );
    }

    itShared(
      "gives the golden log-probabilities, logits and perplexity in f32, and diverges less than llama.cpp in int8",
      async () => {
        const golden = forcedCase();
        const { tokens, topk } = golden;
        const { vocabularySize } = f32!.config;
        const exact = await logitsOf(f32!, tokens);
        const fast = await logitsOf(int8!, tokens);

        let logprobDifference = 0;
        let divergence = 0;
        for (let t = 0; t < tokens.length; t++) {
          const ours = logSoftmax(exact.subarray(t * vocabularySize, (t + 1) * vocabularySize));
          for (let k = t * topk; k < (t + 1) * topk; k++) {
            logprobDifference = Math.max(logprobDifference, Math.abs(ours[golden.ids[k]] - golden.logprobs[k]));
          }
          divergence += klDivergence(ours, logSoftmax(fast.subarray(t * vocabularySize, (t + 1) * vocabularySize)));
        }
        let logitDifference = 0;
        golden.full_positions.forEach((t, i) => {
          for (let v = 0; v < vocabularySize; v++) {
            const difference = exact[t * vocabularySize + v] - golden.logits[i * vocabularySize + v];
            logitDifference = Math.max(logitDifference, Math.abs(difference));
          }
        });
        const result = await perplexity(f32!.loaded, tokens, { window: 512 });

        const meanKl = divergence / tokens.length;
        const bound = 1.1 * golden.llama_cpp_quantized.mean_kl;
        const deviation = Math.abs(result.perplexity / golden.perplexity - 1);
        record(`SmolLM2 f32, ${name}: largest difference of a log-probability`, logprobDifference, "≤ 0.005");
        record(`SmolLM2 f32, ${name}: largest difference of a logit`, logitDifference, "≤ 0.005");
        record(
          `SmolLM2 f32, ${name}: perplexity`,
          `${result.perplexity.toFixed(5)}, ${(100 * deviation).toFixed(5)} % from ${golden.perplexity.toFixed(5)}`,
          "within 0.01 %",
        );
        record(`SmolLM2 int8, ${name}: mean KL divergence from f32`, meanKl, `≤ ${bound.toFixed(6)}`);
        expect(logprobDifference).toBeLessThanOrEqual(0.005);
        expect(logitDifference).toBeLessThanOrEqual(0.005);
        expect(deviation).toBeLessThanOrEqual(1e-4);
        expect(meanKl).toBeLessThanOrEqual(bound);
      },
      thirtyMinutes,
    );
  });
}

/** The logits of all tokens. [tokens, vocabulary] */
async function logitsOf(model: LanguageModel, tokens: number[]): Promise<Float32Array> {
  const context = model.createContext({ contextLength: tokens.length });
  try {
    return await context.forward(tokens);
  } finally {
    await context.close();
  }
}
