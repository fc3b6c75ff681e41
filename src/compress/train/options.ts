import { InvalidArgumentError } from "../../errors.ts";
import { divergences } from "./divergence.ts";
import { hintKinds } from "./hint-loss.ts";
import type { ModelShape } from "./new-model.ts";
import type { HintOptions, Teacher, TeacherOptions } from "./teacher.ts";

/** What a run of training does. The result depends on all of it but threads, intervals and callbacks. */
export interface TrainOptions {
  /** Where the trained model goes, a GGUF file; the run's own files are in a folder of this name with `.run` after it. */
  readonly out: string;
  /** Texts to learn from; `.gz` files are unpacked. */
  readonly files: readonly string[];
  /** Texts to measure by, never learned from. */
  readonly validation?: readonly string[] | undefined;
  /** Stands between texts, on a line of its own. Default: `<|endoftext|>`. */
  readonly separator?: string | undefined;
  /** What to start from: a GGUF file, or a new model with a vocabulary of its own. */
  readonly model: string | NewModelOptions;
  /** A model whose logits the student follows; it must have the same vocabulary. Left out, the texts alone are. */
  readonly teacher?: TeacherOptions | undefined;
  /** Tokens of a sequence, a multiple of 8. Default: 256. */
  readonly context?: number | undefined;
  /** Sequences of a step. Default: 64. */
  readonly batch?: number | undefined;
  /** Tokens to learn from, over all epochs: the run's length. */
  readonly tokens: number;
  /** Peak of the learning rate. */
  readonly learningRate: number;
  /** Steps in which it rises to the peak. Default: 100, or a tenth of the run. */
  readonly warmUp?: number | undefined;
  /** What is left of it at the end, as a part of the peak. Default: 0.05. */
  readonly finalRate?: number | undefined;
  /** Default: 0.1, of matrices only. */
  readonly weightDecay?: number | undefined;
  /** Default: 0.9. */
  readonly beta1?: number | undefined;
  /** Default: 0.95. */
  readonly beta2?: number | undefined;
  /** The most that the gradients may measure. Default: 1. */
  readonly clip?: number | undefined;
  /** Default: 1. */
  readonly seed?: number | undefined;
  /** See `TrainerOptions`. */
  readonly units?: number | undefined;
  readonly threads?: number | undefined;
  /** Goes on with the run in the folder, if there is one; without it, a folder that is there is an error. */
  readonly resume?: boolean | undefined;
  /** Default: 60. */
  readonly checkpointSeconds?: number | undefined;
  /** Steps between measurements by a part of the validation texts; 0 for none before the end. Default: 500. */
  readonly validateEvery?: number | undefined;
  readonly onEvent?: ((event: TrainEvent) => void) | undefined;
  /** Ends the run after the step that is being computed, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

export interface NewModelOptions extends Omit<ModelShape, "context"> {
  readonly name: string;
  /** Tokens of its vocabulary, a multiple of 8. */
  readonly vocabulary: number;
}

/** What happens in a run, in the order in which it happens. */
export type TrainEvent =
  | { readonly event: "reading"; readonly what: "words" | "tokens"; readonly bytes: number }
  | {
      readonly event: "start";
      readonly parameters: number;
      readonly step: number;
      readonly steps: number;
      readonly tokens: number;
      readonly threads: number;
      readonly units: number;
    }
  | {
      readonly event: "step";
      readonly step: number;
      readonly steps: number;
      /** Learned from so far. */
      readonly tokens: number;
      /** Mean of the step's, in nats a token. */
      readonly loss: number;
      /** From the teacher, times temperature², in nats a token; 0 without one. */
      readonly divergence: number;
      /** Of the layers that are led, before its weight; 0 without hints. */
      readonly hints: number;
      readonly norm: number;
      readonly learningRate: number;
      readonly tokensPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly event: "checkpoint"; readonly step: number }
  | ({ readonly event: "validation"; readonly step: number } & Validation)
  | { readonly event: "end"; readonly step: number; readonly out: string };

/** How well texts are predicted. */
export interface Validation {
  /** Mean over the tokens that were scored, in nats. */
  readonly loss: number;
  readonly scored: number;
  /** Bits for each byte of text, the tokens' number in the whole of the texts taken into account. */
  readonly bitsPerByte: number;
}

/** The options with what was left out filled in. */
export type Settings = ReturnType<typeof settle>;

/** @throws InvalidArgumentError */
export function settle(options: TrainOptions) {
  const { context = 256, batch = 64, tokens, learningRate, seed = 1, separator = "<|endoftext|>" } = options;
  const { finalRate = 0.05, weightDecay = 0.1, beta1 = 0.9, beta2 = 0.95, clip = 1, units } = options;
  const whole = { context, batch, tokens };
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new InvalidArgumentError(`${name} must be a whole number of at least 1, not ${value}`);
    }
  }
  for (const [name, value] of Object.entries({ learningRate, clip })) {
    if (!(value > 0)) throw new InvalidArgumentError(`${name} must be more than 0, not ${value}`);
  }
  const steps = Math.ceil(tokens / (batch * context));
  const { warmUp = Math.min(100, Math.ceil(steps / 10)), files, validation = [], model } = options;
  if (files.length === 0) throw new InvalidArgumentError("there is no text to learn from");
  const schedule = { learningRate, warmUp, steps, final: finalRate };
  const optimizer = { weightDecay, beta1, beta2, epsilon: 1e-8, clip };
  const teacher = options.teacher === undefined ? undefined : settleTeacher(options.teacher);
  return { files, validation, separator, model, teacher, context, batch, steps, schedule, optimizer, seed, units };
}

function settleTeacher({ teacher, divergence, temperature, mix, topTokens, hints }: TeacherOptions) {
  if (!divergences.includes(divergence)) throw new InvalidArgumentError(`there is no divergence "${divergence}"`);
  if (!(temperature > 0)) throw new InvalidArgumentError(`temperature must be more than 0, not ${temperature}`);
  if (!(mix >= 0 && mix <= 1)) throw new InvalidArgumentError(`mix must be from 0 to 1, not ${mix}`);
  if (!Number.isSafeInteger(topTokens) || topTokens < 1) {
    throw new InvalidArgumentError(`topTokens must be a whole number of at least 1, not ${topTokens}`);
  }
  const tokens = Math.min(topTokens, teacher.tokens.length);
  return { name: teacher.name, divergence, temperature, mix, tokens, hints: hints && settleHints(teacher, hints) };
}

function settleHints(teacher: Teacher, { layers, kind, weight }: HintOptions) {
  const { width } = teacher;
  if (width === undefined || teacher.observe === undefined)
    throw new InvalidArgumentError("the teacher shows no residuals");
  if (!hintKinds.includes(kind)) throw new InvalidArgumentError(`there is no hint "${kind}"`);
  if (!(weight > 0)) throw new InvalidArgumentError(`the hints' weight must be more than 0, not ${weight}`);
  const [led, leading] = [layers.map(({ student }) => student), layers.map((hint) => hint.teacher)];
  if (layers.length === 0 || ![...led, ...leading].every((layer) => Number.isInteger(layer) && layer >= 0)) {
    throw new InvalidArgumentError("hints are pairs of a student's layer and a teacher's");
  }
  return { kind, weight, width, layers: led, leading };
}
