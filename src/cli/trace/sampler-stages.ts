import { noText, withTokens } from "../../decode/index.ts";
import type { Candidates, LanguageModel, SamplerSpec } from "../../index.ts";
import { type ChainSampler, chainOfOptions, chainParts, probabilitiesOf, selectTop } from "../../sampling/index.ts";
import { type SamplingFlags, samplingOf } from "../sampling-options.ts";
import type { StageData, StepData } from "./page-data.ts";

/** How many of the model's likeliest tokens are shown, and of the last sampler's. */
const [ofModel, ofLast] = [10, 4];

/** Runs the chain that the options ask for, and remembers what each sampler was given and gave. */
export class StageRecorder {
  /** To be given to generation. */
  readonly samplers: readonly ChainSampler[];
  private stages: { readonly name: string; readonly candidates: Candidates }[] = [];
  /** Of each stage, whether it ever changed anything. */
  private readonly worked: boolean[] = [true];

  /** @throws InvalidArgumentError as `createSampler` */
  constructor(flags: SamplingFlags, model: LanguageModel) {
    const options = withTokens(samplingOf(flags), tokenizerOf(model) ?? noText);
    this.samplers = chainOfOptions(options).map(({ name, sampler }, i) => {
      const spec = Object.hasOwn(chainParts, name) ? chainParts[name].spec(options) : undefined;
      return this.watched(sampler, spec === undefined ? name : nameOf(spec), i + 1);
    });
  }

  /** What became of the token that was drawn last. */
  step(drawn: number): StepData {
    const [first, last] = [this.stages[0].candidates, this.stages[this.stages.length - 1].candidates];
    const ids = new Set([...selectTop(first, ofModel).ids, ...selectTop(last, ofLast).ids, drawn]);
    const before = probabilitiesByToken(first, ids);
    const order = [...ids].sort((a, b) => (before.get(b) ?? 0) - (before.get(a) ?? 0) || a - b);
    const stages: StageData[] = [];
    this.stages.forEach(({ name, candidates }, i) => {
      const same = i > 0 && candidates === this.stages[i - 1].candidates;
      stages.push(same ? { ...stages[i - 1], name } : stageOf(name, candidates, order));
    });
    return { ids: order, stages };
  }

  /** The steps without the samplers that never changed anything, which are most of the default chain. */
  finish(steps: readonly StepData[]): StepData[] {
    return steps.map(({ ids, stages }) => ({ ids, stages: stages.filter((_, i) => this.worked[i]) }));
  }

  private watched(sampler: ChainSampler, name: string, stage: number): ChainSampler {
    const note = (given: Candidates, kept: Candidates): Candidates => {
      if (stage === 1) this.stages = [{ name: "model", candidates: given }];
      this.stages.push({ name, candidates: kept });
      this.worked[stage] ||= kept !== given;
      return kept;
    };
    if (typeof sampler === "function") return (given, context) => note(given, sampler(given, context));
    return {
      initial: sampler.initial,
      apply: (given, context, state) => note(given, sampler.apply(given, context, state)),
      next: (state, kept, token) => sampler.next(state, kept, token),
    };
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
  const values = Object.entries(parameters as Record<string, unknown>).filter(([, value]) => value !== undefined);
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

/** None where the vocabulary can't be used: tokens are numbers then. */
function tokenizerOf(model: LanguageModel): LanguageModel["tokenizer"] | undefined {
  try {
    return model.tokenizer;
  } catch {
    return undefined;
  }
}
