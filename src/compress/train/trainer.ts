import { ModelError, PellucidError } from "../../errors.ts";
import type { Gguf } from "../../gguf/index.ts";
import { loadModelInto } from "../../model/index.ts";
import { availableProcessors } from "../../platform/index.ts";
import { compileTraining } from "./compile.ts";
import { Crew } from "./crew.ts";
import type { DistillationLoss } from "./divergence.ts";
import type { HintLoss } from "./hint-loss.ts";
import { hintProjections } from "./hint-projections.ts";
import { type MemoryOptions, hintNumbers, lossSums } from "./memory-map.ts";
import type { Parameter } from "./parameter.ts";
import { RecordingBackend } from "./recording-backend.ts";
import { setting } from "./words.ts";

export interface TrainerOptions {
  /** Tokens of a sequence. A multiple of 8. */
  readonly context: number;
  /** Sequences of a step. */
  readonly batch: number;
  /**
   * Parts of a step, each with gradients of its own, that threads take. The result depends on it, but not on the number
   * of threads. Default: 16, or fewer where the memory would not reach.
   */
  readonly units?: number | undefined;
  /** Default: one for each core. */
  readonly threads?: number | undefined;
  /** How a teacher is followed, and how many of its likeliest tokens each position gets. */
  readonly teacher?:
    (DistillationLoss & { readonly tokens: number; readonly hints?: HintLoss | undefined }) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A teacher's likeliest tokens at each position of a sequence, and their probabilities at the loss's temperature. */
export interface TeacherView {
  /** [context, tokens] */
  readonly ids: Int32Array;
  /** [context, tokens] */
  readonly probabilities: Float32Array;
  /** Its residuals, where layers are led by them. [hints, context, width] */
  readonly states?: Float32Array | undefined;
}

/** The numbers of one step of AdamW. */
export interface StepOptions {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** The gradients, where they are longer than this all together, are shortened to it. */
  readonly clip: number;
}

/** What a step showed. */
export interface StepResult {
  /** Mean cross-entropy over the step's tokens, in nats, before the step. */
  readonly loss: number;
  /** Length of the gradients before they were clipped. */
  readonly norm: number;
  /** Mean divergence from the teacher times temperature², in nats a token; 0 without one. */
  readonly divergence: number;
  /** Mean of the sum of the hints' losses, before their weight; 0 without any. */
  readonly hints: number;
}

/** A model in training: parameters, their moments, and the threads that change them. */
export class Trainer {
  readonly parameters: readonly Parameter[];
  readonly context: number;
  readonly batch: number;
  readonly units: number;
  readonly threads: number;
  /** Steps that were taken. */
  steps = 0;
  private readonly crew: Crew;
  private isStale = true;

  private constructor(crew: Crew) {
    this.crew = crew;
    this.parameters = crew.plan.parameters;
    this.context = crew.plan.tokens;
    const { batch, units, threads } = crew.options;
    [this.batch, this.units, this.threads] = [batch, units, threads];
  }

  /**
   * Brings the model of a GGUF file into training, its weights in single precision.
   * @throws ModelError, GgufError for files that make no model, ModelError `UNTRAINABLE`, InvalidArgumentError
   */
  static async create(gguf: Gguf, options: TrainerOptions): Promise<Trainer> {
    const { context, batch, signal } = options;
    const recording = new RecordingBackend();
    const { config } = await loadModelInto(recording, gguf, { contextLength: context, signal });
    const { teacher } = options;
    const hints = teacher?.hints;
    const weights = new Map(recording.weights);
    for (const weight of hintProjections(hints, config.width)) weights.set(weight.name, weight);
    const plan = compileTraining(recording.graph!, weights, context, teacher !== undefined, hints);
    const large = plan.size > 2 ** 24;
    const units = Math.min(batch, options.units ?? (large ? 2 : 16));
    const threads = Math.min(units, options.threads ?? availableProcessors());
    const memory: MemoryOptions = {
      threads,
      units,
      batch,
      packed: !large,
      teacherTokens: teacher?.tokens ?? 0,
      loss: teacher,
      hints,
    };
    const trainer = new Trainer(await Crew.start(plan, memory));
    for (const parameter of plan.parameters) {
      trainer.weights(parameter).set(weights.get(parameter.name)!.values);
    }
    return trainer;
  }

  /** A parameter's numbers, as they are now; writing to them changes the model. [rows, columns] */
  weights(parameter: Parameter): Float32Array {
    this.isStale = true;
    return this.view(this.crew.map.parameters, parameter);
  }

  /** Its two moments. */
  moments(parameter: Parameter): readonly [first: Float32Array, second: Float32Array] {
    const { firstMoments, secondMoments } = this.crew.map;
    return [this.view(firstMoments, parameter), this.view(secondMoments, parameter)];
  }

  /**
   * One step on a batch: gradients of the mean loss, clipped, then AdamW.
   * @param sequences each of `context` + 1 tokens
   * @param views what the teacher says of each sequence, where there is one
   * @throws PellucidError `DIVERGED` where the loss or a gradient is infinite or NaN; the parameters are as before
   */
  async step(
    sequences: readonly Int32Array[],
    options: StepOptions,
    views: readonly TeacherView[] = [],
  ): Promise<StepResult> {
    const { crew } = this;
    const count = this.put(sequences);
    this.putViews(views, count);
    const t = this.steps + 1;
    const { learningRate, beta1, beta2 } = options;
    const set = (name: keyof typeof setting, value: number) => (crew.settings[setting[name]] = value);
    set("scale", 1 / (count * this.context));
    set("clip", options.clip);
    set("beta1", beta1);
    set("beta2", beta2);
    set("rate", learningRate / (1 - power(beta1, t)));
    set("keep", 1 - learningRate * options.weightDecay);
    set("root", 1 / Math.sqrt(1 - power(beta2, t)));
    set("epsilon", options.epsilon);
    await this.refresh();
    await crew.run("train", count);
    const [loss, divergence, hints] = [0, 1, 2].map((which) => this.meanLoss(count, which));
    if (crew.diverged || !Number.isFinite(loss)) {
      throw new PellucidError(
        "DIVERGED",
        `step ${t}: the loss is ${loss} and the gradients measure ${crew.norm}; take a lower learning rate`,
      );
    }
    this.steps = t;
    return { loss, norm: crew.norm, divergence, hints };
  }

  /** The mean loss of each of some sequences, in nats a token; nothing changes. */
  async evaluate(sequences: readonly Int32Array[]): Promise<number[]> {
    await this.refresh();
    const losses: number[] = [];
    for (let first = 0; first < sequences.length; first += this.batch) {
      const count = this.put(sequences.slice(first, first + this.batch));
      await this.crew.run("evaluate", count);
      for (let s = 0; s < count; s++) losses.push(this.crew.losses[lossSums * s] / this.context);
    }
    return losses;
  }

  /** Ends the threads. */
  close(): Promise<void> {
    return this.crew.stop();
  }

  private put(sequences: readonly Int32Array[]): number {
    const length = this.context + 1;
    if (sequences.length === 0 || sequences.length > this.batch) {
      throw new ModelError("BAD_BATCH", `a batch has 1 to ${this.batch} sequences, not ${sequences.length}`);
    }
    const { vocabulary } = this.crew.plan;
    const place = this.crew.integers(this.crew.map.batch, this.batch * length);
    sequences.forEach((sequence, i) => {
      if (sequence.length !== length || !sequence.every((token) => token >= 0 && token < vocabulary)) {
        throw new ModelError("BAD_BATCH", `sequence ${i} is not ${length} tokens of a vocabulary of ${vocabulary}`);
      }
      place.set(sequence, i * length);
    });
    return sequences.length;
  }

  /** Matrices that were changed from outside are rearranged anew. */
  private async refresh(): Promise<void> {
    if (this.isStale) await this.crew.run("pack", 0);
    this.isStale = false;
  }

  private putViews(views: readonly TeacherView[], count: number): void {
    const { teacherTokens, loss } = this.crew.options;
    const length = this.context * teacherTokens;
    if (views.length !== (loss === undefined ? 0 : count)) {
      throw new ModelError("BAD_BATCH", `${views.length} views of a teacher for ${count} sequences`);
    }
    const states = this.context * hintNumbers(this.crew.options);
    views.forEach(({ ids, probabilities, states: led }, i) => {
      if ((led?.length ?? 0) !== states) {
        throw new ModelError("BAD_BATCH", `view ${i} has ${led?.length ?? 0} numbers of residuals, not ${states}`);
      }
      if (led !== undefined) this.crew.floats(this.crew.map.teacherStates + 4 * states * i, states).set(led);
      this.crew.integers(this.crew.map.teacherTokens + 4 * length * i, length).set(ids);
      this.crew.floats(this.crew.map.teacherProbabilities + 4 * length * i, length).set(probabilities);
    });
  }

  private meanLoss(count: number, which: number): number {
    let sum = 0;
    for (let s = 0; s < count; s++) sum += this.crew.losses[lossSums * s + which];
    return sum / (count * this.context);
  }

  private view(from: number, { at, rows, columns }: Parameter): Float32Array {
    return this.crew.floats(from + 4 * at, rows * columns);
  }
}

/** base^n for a whole n, the same on every engine. */
function power(base: number, n: number): number {
  let result = 1;
  for (let square = base, left = n; left > 0; left = Math.floor(left / 2), square *= square) {
    if (left % 2 === 1) result *= square;
  }
  return result;
}
