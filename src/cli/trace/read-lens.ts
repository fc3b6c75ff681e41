import { log } from "../../../kernels/reference/index.ts";
import { createBackend } from "../../create-backend.ts";
import { type LanguageModel, tokenLogProbability } from "../../index.ts";
import { logitLens } from "../../model/index.ts";
import { candidatesOf, probabilitiesOf, selectTop } from "../../sampling/index.ts";
import type { LensData } from "./page-data.ts";

/** The likeliest tokens that are kept of each layer. */
const top = 5;

export interface LensOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

export interface LensResult {
  readonly lens: LensData;
  /** Of the model's own distribution after each token but the last, in nats. [tokens − 1] */
  readonly entropies: number[];
  /** The natural logarithm of the next token's probability. [tokens − 1] */
  readonly logprobs: number[];
}

/**
 * Reads what each layer would say after each token but the last.
 * @param residuals the residual streams of each token: of the embedding, then of each layer. [tokens − 1][points]
 */
export async function readLens(
  model: LanguageModel,
  tokens: readonly number[],
  residuals: readonly (readonly Float32Array[])[],
  { signal, onProgress }: LensOptions,
): Promise<LensResult> {
  const { layers, width } = model.config;
  const points = ["embedding", ...Array.from({ length: layers }, (_, i) => `layer ${i}`)];
  const rows = residuals.length * points.length;
  const table = new Float32Array(rows * width);
  residuals.flat().forEach((row, i) => table.set(row, i * width));

  const lens = {
    points,
    top,
    ids: [] as number[],
    probabilities: [] as number[],
    next: [] as number[],
    ranks: [] as number[],
  };
  const [entropies, logprobs]: [number[], number[]] = [[], []];
  const { precision, kernels, threads } = model;
  const backend = await createBackend({ precision, kernels, ...(kernels === "wasm" && { threads }) });
  try {
    for await (const { first, logits } of logitLens(model.loaded, backend, table, signal)) {
      const { vocabularySize } = model.config;
      for (let i = 0; i * vocabularySize < logits.length; i++) {
        const row = first + i;
        const next = tokens[Math.floor(row / points.length) + 1];
        const candidates = candidatesOf(logits.subarray(i * vocabularySize, (i + 1) * vocabularySize));
        const probabilities = probabilitiesOf(candidates);
        const { ids } = selectTop(candidates, top);
        lens.ids.push(...ids);
        lens.probabilities.push(...Array.from(ids, (id) => tenThousandths(probabilities[id])));
        lens.next.push(tenThousandths(probabilities[next]));
        lens.ranks.push(candidates.logits.reduce((rank, logit) => rank + Number(logit > candidates.logits[next]), 0));
        if (row % points.length !== points.length - 1) continue;
        entropies.push(entropyOf(probabilities));
        logprobs.push(tokenLogProbability(candidates.logits, next));
      }
      onProgress(first + logits.length / vocabularySize, rows);
    }
  } finally {
    await backend.close();
  }
  return { lens, entropies, logprobs };
}

/** −Σ p ln p, in nats. */
function entropyOf(probabilities: Float32Array): number {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum -= p * log(p);
  return sum;
}

function tenThousandths(probability: number): number {
  return Math.round(probability * 1e4);
}
