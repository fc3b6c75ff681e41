import { exp } from "../../../kernels/reference/index.ts";
import { ModelError } from "../../errors.ts";
import type { Metadata } from "../../gguf/index.ts";
import { openFile, openWritable, fileExists } from "../../platform/index.ts";
import type { DistillationLoss } from "./divergence.ts";
import type { HintKind } from "./hint-loss.ts";
import type { TeacherView } from "./trainer.ts";

/** A model to learn from. */
export interface Teacher {
  /** By which a run is recognised when it goes on. */
  readonly name: string;
  /** Texts of its tokens; the student must have the same. */
  readonly tokens: readonly string[];
  /** The logits after each token. [tokens, vocabulary] */
  logits(tokens: Int32Array, signal?: AbortSignal): Promise<Float32Array>;
  /** Length of its residuals. Needed, as `observe`, where hints are. */
  readonly width?: number | undefined;
  /** The logits, and the residuals after some layers. [layers][tokens, width] */
  observe?(tokens: Int32Array, layers: readonly number[], signal?: AbortSignal): Promise<Observation>;
}

/** What a teacher shows of a text. */
export interface Observation {
  readonly logits: Float32Array;
  readonly residuals: readonly Float32Array[];
}

/** How a student's residuals follow those of its teacher, beside the logits. */
export interface HintOptions {
  /** Which of the student's layers follows which of the teacher's. */
  readonly layers: readonly { readonly student: number; readonly teacher: number }[];
  /** How they are compared. */
  readonly kind: HintKind;
  /** Factor on the sum of the hints' losses, which is added to the loss. */
  readonly weight: number;
}

/** How a run follows a teacher. */
export interface TeacherOptions extends DistillationLoss {
  readonly teacher: Teacher;
  /** Likeliest tokens that are kept of each position; all others together count as one outcome. */
  readonly topTokens: number;
  /** Layers that are led. The teacher's residuals are not kept: it is asked anew in every epoch. */
  readonly hints?: HintOptions | undefined;
}

/** @throws ModelError `TEACHER_MISMATCH` unless both have the same tokens */
export function checkVocabularies({ name, tokens }: Teacher, student: Metadata): void {
  const own = student.strings("tokenizer.ggml.tokens");
  if (own.length !== tokens.length) {
    const sizes = `the teacher ${name} has ${tokens.length} tokens, the student ${own.length}`;
    throw new ModelError(
      "TEACHER_MISMATCH",
      `${sizes}: logits can't be compared; train on texts that it wrote instead`,
    );
  }
  const id = own.findIndex((text, i) => text !== tokens[i]);
  if (id < 0) return;
  const texts = `${JSON.stringify(tokens[id])} for the teacher ${name}, ${JSON.stringify(own[id])} for the student`;
  throw new ModelError("TEACHER_MISMATCH", `token ${id} is ${texts}: logits can't be compared`);
}

/** The `count` largest of a row of logits, largest first, and their probabilities at a temperature. */
export function likeliest(
  row: Float32Array,
  count: number,
  temperature: number,
  ids: Int32Array,
  probabilities: Float32Array,
): void {
  let filled = 0;
  for (let id = 0; id < row.length; id++) {
    if (filled === count && !(row[id] > row[ids[count - 1]])) continue;
    let at = filled < count ? filled++ : count - 1;
    for (; at > 0 && row[id] > row[ids[at - 1]]; at--) ids[at] = ids[at - 1];
    ids[at] = id;
  }
  const largest = row[ids[0]];
  let sum = 0;
  for (const logit of row) sum += exp(Math.fround((logit - largest) / temperature));
  for (let i = 0; i < count; i++) probabilities[i] = exp(Math.fround((row[ids[i]] - largest) / temperature)) / sum;
}

/**
 * What a teacher says of the windows of a text, computed when first asked for and kept in a file: for each window a mark
 * that it is there, then tokens, then probabilities. A record that was cut off by a kill has no mark, and is made anew.
 */
export class TeacherCache {
  private readonly path: string;
  private readonly options: TeacherOptions;
  private readonly context: number;
  private readonly vocabulary: number;

  constructor(path: string, options: TeacherOptions, context: number) {
    this.path = path;
    this.options = options;
    this.context = context;
    this.vocabulary = options.teacher.tokens.length;
  }

  /** Makes the file, where there is none. */
  async open(): Promise<void> {
    if (!(await fileExists(this.path))) await (await openWritable(this.path, true)).close(true);
  }

  /** @param index of the window in the text */
  async view(index: number, window: Int32Array, signal?: AbortSignal): Promise<TeacherView> {
    if (this.options.hints !== undefined) {
      return this.observe(window.subarray(0, this.context), this.options.hints, signal);
    }
    return (await this.kept(index)) ?? (await this.compute(index, window.subarray(0, this.context), signal));
  }

  private get count(): number {
    return Math.min(this.options.topTokens, this.vocabulary);
  }

  private get recordBytes(): number {
    return 4 + 8 * this.context * this.count;
  }

  private async kept(index: number): Promise<TeacherView | undefined> {
    const file = await openFile(this.path);
    try {
      const bytes = await file.read(index * this.recordBytes, this.recordBytes);
      if (bytes.length < this.recordBytes || new Int32Array(bytes.buffer, 0, 1)[0] !== 1) return undefined;
      return this.viewOf(bytes.buffer);
    } finally {
      await file.close();
    }
  }

  private async compute(index: number, tokens: Int32Array, signal?: AbortSignal): Promise<TeacherView> {
    const buffer = this.recordOf(await this.options.teacher.logits(tokens, signal));
    const file = await openWritable(this.path, false);
    try {
      await file.write(new Uint8Array(buffer, 4), index * this.recordBytes + 4);
      new Int32Array(buffer, 0, 1)[0] = 1;
      await file.write(new Uint8Array(buffer, 0, 4), index * this.recordBytes);
    } finally {
      await file.close(false);
    }
    return this.viewOf(buffer);
  }

  private async observe(tokens: Int32Array, hints: HintOptions, signal?: AbortSignal): Promise<TeacherView> {
    const { teacher } = this.options;
    const layers = hints.layers.map((hint) => hint.teacher);
    const { logits, residuals } = await teacher.observe!(tokens, layers, signal);
    const length = this.context * teacher.width!;
    const states = new Float32Array(layers.length * length);
    residuals.forEach((residual, i) => states.set(residual, i * length));
    return { ...this.viewOf(this.recordOf(logits)), states };
  }

  /** A record without its mark. */
  private recordOf(logits: Float32Array): ArrayBuffer {
    const { context, count, vocabulary } = this;
    const buffer = new ArrayBuffer(this.recordBytes);
    const { ids, probabilities } = this.viewOf(buffer);
    for (let t = 0; t < context; t++) {
      const row = logits.subarray(t * vocabulary, (t + 1) * vocabulary);
      const [from, to] = [t * count, (t + 1) * count];
      likeliest(row, count, this.options.temperature, ids.subarray(from, to), probabilities.subarray(from, to));
    }
    return buffer;
  }

  private viewOf(buffer: ArrayBuffer): TeacherView {
    const length = this.context * this.count;
    return {
      ids: new Int32Array(buffer, 4, length),
      probabilities: new Float32Array(buffer, 4 + 4 * length, length),
    };
  }
}
