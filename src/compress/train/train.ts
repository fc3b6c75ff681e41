import { InvalidArgumentError, PellucidError } from "../../errors.ts";
import { fileExists } from "../../platform/index.ts";
import { writeCard } from "./card.ts";
import { readCheckpoint, writeCheckpoint, writeModel } from "./checkpoint.ts";
import { type Settings, type TrainOptions, type Validation, settle } from "./options.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { learningRateAt } from "./schedule.ts";
import { TeacherCache, checkVocabularies } from "./teacher.ts";
import { Trainer, type TeacherView } from "./trainer.ts";
import { Windows } from "./windows.ts";

/** What a finished run showed. */
export interface TrainResult {
  readonly steps: number;
  /** Mean loss of the last steps, in nats a token. */
  readonly loss: number;
  /** Over all validation texts; undefined without any. */
  readonly validation: Validation | undefined;
}

/** Validation windows between the steps, at most. */
const fewWindows = 256;

/**
 * Trains a model on texts: from a new one this is sequence-level distillation where a teacher wrote the texts (Kim and
 * Rush 2016, arXiv 1606.07947). Weights and data are the same for any number of threads, and after any interruption.
 * @throws InvalidArgumentError; ModelError `UNTRAINABLE`; PellucidError `DIVERGED`, with the last checkpoint intact;
 * the signal's reason
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const settings = settle(options);
  const folder = `${options.out}.run`;
  const prepared = await prepare(folder, settings, options);
  const { context, batch, units } = settings;
  const { threads, signal } = options;
  try {
    if (options.teacher !== undefined) checkVocabularies(options.teacher.teacher, prepared.start.metadata);
    const { teacher } = settings;
    const trainer = await Trainer.create(prepared.start, { context, batch, units, threads, signal, teacher });
    try {
      return await new Run(folder, settings, options, prepared, trainer).go();
    } finally {
      await trainer.close();
    }
  } finally {
    await prepared.start.close();
  }
}

class Run {
  private readonly checkpoint: string;
  private readonly settings: Settings;
  private readonly options: TrainOptions;
  private readonly prepared: Prepared;
  private readonly trainer: Trainer;
  private readonly windows: Windows;
  private readonly heldOut: Windows;
  private readonly teacher: TeacherCache | undefined;
  private saved = performance.now();

  constructor(folder: string, settings: Settings, options: TrainOptions, prepared: Prepared, trainer: Trainer) {
    this.checkpoint = `${folder}/checkpoint.gguf`;
    this.settings = settings;
    this.options = options;
    this.prepared = prepared;
    this.trainer = trainer;
    this.windows = new Windows(prepared.tokens, settings.context, settings.seed);
    if (options.teacher !== undefined) {
      this.teacher = new TeacherCache(`${folder}/teacher.cache`, options.teacher, settings.context);
    }
    this.heldOut = new Windows(prepared.validation, settings.context, settings.seed);
  }

  async go(): Promise<TrainResult> {
    const { trainer, settings, options, prepared } = this;
    const { steps, context } = settings;
    if (this.windows.count === 0) throw new InvalidArgumentError(`the texts are shorter than a context of ${context}`);
    await this.teacher?.open();
    if (await fileExists(this.checkpoint)) await readCheckpoint(this.checkpoint, trainer);
    const parameters = trainer.parameters.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
    const { threads, units } = trainer;
    const tokens = prepared.tokens.length;
    options.onEvent?.({ event: "start", parameters, step: trainer.steps, steps, tokens, threads, units });

    let loss = NaN;
    const first = trainer.steps;
    const started = performance.now();
    while (trainer.steps < steps) {
      if (options.signal?.aborted === true) {
        await this.save();
        options.signal.throwIfAborted();
      }
      const stepLoss = await this.step(started, first);
      loss = Number.isNaN(loss) ? stepLoss : 0.95 * loss + 0.05 * stepLoss;
    }
    await this.save();
    const validation = await this.validate(Infinity);
    await writeModel(options.out, prepared.start, trainer, options.signal);
    const { documents, bytes } = prepared.facts;
    await writeCard(options.out, { settings, parameters, documents, bytes, tokens, steps, validation });
    options.onEvent?.({ event: "end", step: trainer.steps, out: options.out });
    return { steps: trainer.steps, loss, validation };
  }

  private async step(started: number, first: number): Promise<number> {
    const { trainer, settings, options } = this;
    const { batch, context, steps, schedule, optimizer } = settings;
    const place = trainer.steps * batch;
    const sequences = Array.from({ length: batch }, (_, i) => this.windows.at(place + i));
    const learningRate = learningRateAt(schedule, trainer.steps);
    const views: TeacherView[] = [];
    for (let i = 0; this.teacher !== undefined && i < batch; i++) {
      views.push(await this.teacher.view(this.windows.indexAt(place + i), sequences[i], options.signal));
    }
    const { loss, divergence, hints, norm } = await this.attempt(() =>
      trainer.step(sequences, { ...optimizer, learningRate }, views),
    );
    const step = trainer.steps;
    const perStep = (performance.now() - started) / 1000 / (step - first);
    options.onEvent?.({
      event: "step",
      step,
      steps,
      tokens: step * batch * context,
      loss,
      divergence,
      hints,
      norm,
      learningRate,
      tokensPerSecond: (batch * context) / perStep,
      secondsLeft: (steps - step) * perStep,
    });
    if (performance.now() - this.saved > 1000 * (options.checkpointSeconds ?? 60)) await this.save();
    const every = options.validateEvery ?? 500;
    if (every > 0 && step % every === 0 && step < steps) await this.validate(fewWindows);
    return loss;
  }

  /** Says where a run that went astray can be taken up. */
  private async attempt<T>(compute: () => Promise<T>): Promise<T> {
    try {
      return await compute();
    } catch (error) {
      if (!(error instanceof PellucidError) || error.code !== "DIVERGED") throw error;
      const where = `the last checkpoint is intact (${this.checkpoint})`;
      throw new PellucidError("DIVERGED", `${error.message}; ${where}`, { cause: error });
    }
  }

  private async save(): Promise<void> {
    await writeCheckpoint(this.checkpoint, this.trainer);
    this.saved = performance.now();
    this.options.onEvent?.({ event: "checkpoint", step: this.trainer.steps });
  }

  /** Measures by at most so many windows of the validation texts. */
  private async validate(most: number): Promise<Validation | undefined> {
    const { trainer, heldOut, prepared, settings } = this;
    const count = Math.min(heldOut.count, most);
    if (count === 0) return undefined;
    const losses = await trainer.evaluate(Array.from({ length: count }, (_, i) => heldOut.window(i)));
    const loss = losses.reduce((sum, x) => sum + x, 0) / count;
    const tokensPerByte = prepared.validation.length / prepared.facts.validationBytes;
    const result = { loss, scored: count * settings.context, bitsPerByte: (loss * tokensPerByte) / Math.LN2 };
    this.options.onEvent?.({ event: "validation", step: trainer.steps, ...result });
    return result;
  }
}
