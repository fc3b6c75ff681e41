import { type SamplerSpec, type Candidates, type Sampler } from "../../index.ts";
import { probabilitiesOf, samplerOf, selectTop } from "../../sampling/index.ts";
import type { SamplingFlags } from "../options.ts";
import type { StageData, StepData } from "./page-data.ts";

/** The chain that the options ask for, in `createSampler`'s order, without what does nothing. */
export function chainOf(flags: SamplingFlags): SamplerSpec[] {
  const { temperature: t = 0.8, topK: k = 40, topP = 0.95, minP = 0.05, typicalP = 1, topNSigma = 0 } = flags;
  const { repeatPenalty: repeat = 1, frequencyPenalty: frequency = 0, presencePenalty: presence = 0 } = flags;
  const chain: SamplerSpec[] = [];
  if (repeat !== 1 || frequency !== 0 || presence !== 0) chain.push({ penalties: { repeat, frequency, presence } });
  if (t > 0) {
    if (topNSigma > 0) chain.push({ top_n_sigma: { n: topNSigma } });
    if (k > 0) chain.push({ top_k: { k } });
    if (typicalP < 1) chain.push({ typical_p: { p: typicalP } });
    if (topP < 1) chain.push({ top_p: { p: topP } });
    if (minP > 0) chain.push({ min_p: { p: minP } });
  }
  return [...chain, { temperature: { t } }];
}

/** How many of the model's likeliest tokens are shown, and of the last sampler's. */
const [ofModel, ofLast] = [10, 4];

/** Runs a chain and remembers what each sampler was given and gave. */
export class StageRecorder {
  /** To be given to generation. */
  readonly samplers: readonly Sampler[];
  private stages: { name: string; candidates: Candidates }[] = [];

  constructor(chain: readonly SamplerSpec[]) {
    this.samplers = chain.map((spec, i): Sampler => {
      const sampler = samplerOf(spec);
      return (candidates, context) => {
        if (i === 0) this.stages = [{ name: "model", candidates }];
        const kept = sampler(candidates, context);
        this.stages.push({ name: nameOf(spec), candidates: kept });
        return kept;
      };
    });
  }

  /** What became of the token that was drawn last. */
  step(drawn: number): StepData {
    const [first, last] = [this.stages[0].candidates, this.stages[this.stages.length - 1].candidates];
    const ids = new Set([...selectTop(first, ofModel).ids, ...selectTop(last, ofLast).ids, drawn]);
    const before = probabilitiesByToken(first, ids);
    const order = [...ids].sort((a, b) => (before.get(b) ?? 0) - (before.get(a) ?? 0) || a - b);
    return { ids: order, stages: this.stages.map(({ name, candidates }) => stageOf(name, candidates, order)) };
  }
}

function stageOf(name: string, candidates: Candidates, ids: readonly number[]): StageData {
  const found = probabilitiesByToken(candidates, new Set(ids));
  let kept = 0;
  for (const logit of candidates.logits) if (logit > -Infinity) kept++;
  return { name, kept, probabilities: ids.map((id) => (found.has(id) ? rounded(found.get(id)!) : null)) };
}

function probabilitiesByToken(candidates: Candidates, wanted: ReadonlySet<number>): Map<number, number> {
  const found = new Map<number, number>();
  const probabilities = probabilitiesOf(candidates);
  candidates.ids.forEach((id, i) => {
    if (wanted.has(id) && candidates.logits[i] > -Infinity) found.set(id, probabilities[i]);
  });
  return found;
}

/** `{"top_k": {"k": 40}}` as `top_k 40`; of several parameters with their names. */
function nameOf(spec: SamplerSpec): string {
  const [[name, parameters]] = Object.entries(spec);
  const values = Object.entries(parameters as Record<string, unknown>);
  const shown = values.map(([key, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return values.length === 1 ? text : `${key} ${text}`;
  });
  return `${name} ${shown.join(", ")}`.trim();
}

/** Six digits are more than a picture shows. */
function rounded(probability: number): number {
  return Number(probability.toPrecision(6));
}
