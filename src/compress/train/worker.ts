import { instantiateTrainingKernels } from "../../../kernels/wasm/index.ts";
import { Barrier } from "../../plan/index.ts";
import { onStart } from "../../platform/index.ts";
import { backward } from "./backward.ts";
import { chunksOf } from "./chunks.ts";
import type { CrewMessage } from "./crew.ts";
import { type Desk, forward, repack } from "./forward.ts";
import type { Leading } from "./hint-step.ts";
import { hintNumbers, lossSums } from "./memory-map.ts";
import { setting, task, word } from "./words.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { distillationLoss } from "./distillation-loss.ts";

const spins = 2_000;

await onStart((message) => {
  new Thread(message as CrewMessage).serve();
});

/** Takes sequences, parts of the gradients and matrices, whichever are next, until it is told to stop. */
class Thread {
  private readonly desk: Desk;
  private readonly message: CrewMessage;
  private readonly buffer: ArrayBufferLike;
  private readonly words: Int32Array;
  private readonly settings: Float64Array;
  private readonly norms: Float64Array;
  private readonly losses: Float64Array;
  private readonly barrier: Barrier;
  private readonly chunks: ReturnType<typeof chunksOf>;

  constructor(message: CrewMessage) {
    const { plan, map, module, memory, thread, options } = message;
    this.message = message;
    this.buffer = memory.buffer;
    this.chunks = chunksOf(plan.parameters);
    this.words = new Int32Array(this.buffer, map.words, 16);
    this.settings = new Float64Array(this.buffer, map.settings, 16);
    this.norms = new Float64Array(this.buffer, map.norms, this.chunks.length);
    this.losses = new Float64Array(this.buffer, map.losses, lossSums * options.batch);
    this.barrier = new Barrier(this.words, word.barrier, options.threads);
    const kernels = instantiateTrainingKernels(module, memory);
    this.desk = { plan, map, kernels, base: map.threads + thread * map.threadBytes };
  }

  serve(): void {
    const { words } = this;
    for (let given = 0; ; given++) {
      while (Atomics.load(words, word.task) === given) Atomics.wait(words, word.task, given);
      const kind = Atomics.load(words, word.kind);
      if (kind === task.stop) return;
      if (kind === task.pack) this.packAll();
      else if (kind === task.evaluate) this.evaluate();
      else this.train();
      Atomics.add(words, word.done, 1);
    }
  }

  private evaluate(): void {
    for (let s = this.next(word.unit); s < this.words[word.sequences]; s = this.next(word.unit)) {
      forward(this.desk, this.tokensAt(s));
      this.losses[lossSums * s] = crossEntropy(this.desk, this.tokensAt(s), this.buffer);
    }
  }

  private train(): void {
    const { units } = this.message.options;
    for (let unit = this.next(word.unit); unit < units; unit = this.next(word.unit)) this.trainUnit(unit);
    this.meet();
    this.reduce();
    this.meet();
    if (!this.update()) return;
    this.meet();
    this.packAll();
  }

  /** The gradients of a unit's sequences, one after the other. */
  private trainUnit(unit: number): void {
    const { desk, words } = this;
    const { units } = this.message.options;
    const gradients = desk.map.gradients + unit * desk.map.unitBytes;
    new Float32Array(this.buffer, gradients, desk.plan.size).fill(0);
    const sequences = words[word.sequences];
    const end = Math.floor(((unit + 1) * sequences) / units);
    for (let s = Math.floor((unit * sequences) / units); s < end; s++) {
      const tokens = this.tokensAt(s);
      forward(desk, tokens);
      this.lose(s);
      this.losses[lossSums * s + 2] = backward(desk, tokens, gradients, this.leading(s));
    }
  }

  /** The loss of a sequence, and its gradient. */
  private lose(s: number): void {
    const { desk, buffer, losses } = this;
    const { map, plan } = desk;
    const { loss, teacherTokens } = this.message.options;
    if (loss === undefined) {
      losses[lossSums * s] = crossEntropy(desk, this.tokensAt(s), buffer);
      return;
    }
    const offset = 4 * s * plan.tokens * teacherTokens;
    const [ids, probabilities] = [map.teacherTokens + offset, map.teacherProbabilities + offset];
    const sums = distillationLoss(desk, loss, buffer, this.tokensAt(s), ids, probabilities, teacherTokens);
    losses[lossSums * s] = sums.crossEntropy;
    losses[lossSums * s + 1] = sums.divergence;
  }

  private leading(s: number): Leading | undefined {
    const { map, plan } = this.desk;
    const { hints } = this.message.options;
    if (hints === undefined) return undefined;
    const states = map.teacherStates + 4 * s * plan.tokens * hintNumbers(this.message.options);
    return { loss: hints, memory: this.buffer, states };
  }

  /** Adds up the units' gradients. */
  private reduce(): void {
    const { map, kernels } = this.desk;
    const { units } = this.message.options;
    for (let i = this.next(word.reduce); i < this.chunks.length; i = this.next(word.reduce)) {
      const { at, length } = this.chunks[i];
      const scale = this.settings[setting.scale];
      this.norms[i] = kernels.reduceGradients(map.gradients + 4 * at, map.unitBytes, units, length, scale);
    }
  }

  /** Moves the parameters, unless the gradients are not finite. */
  private update(): boolean {
    const { settings, words } = this;
    const { map, kernels } = this.desk;
    let squares = 0;
    for (const square of this.norms) squares += square;
    const norm = Math.sqrt(squares);
    settings[setting.norm] = norm;
    if (!Number.isFinite(norm)) {
      Atomics.store(words, word.diverged, 1);
      return false;
    }
    const most = settings[setting.clip];
    const clip = norm > most ? most / norm : 1;
    const of = (name: keyof typeof setting) => settings[setting[name]];
    for (let i = this.next(word.update); i < this.chunks.length; i = this.next(word.update)) {
      const { at, length, decays } = this.chunks[i];
      const [p, g] = [map.parameters + 4 * at, map.gradients + 4 * at];
      const [m, v] = [map.firstMoments + 4 * at, map.secondMoments + 4 * at];
      const keep = decays ? of("keep") : 1;
      kernels.adamW(p, g, m, v, length, clip, of("beta1"), of("beta2"), of("rate"), keep, of("root"), of("epsilon"));
    }
    return true;
  }

  private packAll(): void {
    const { parameters } = this.desk.plan;
    for (let i = this.next(word.pack); i < parameters.length; i = this.next(word.pack))
      repack(this.desk, parameters[i]);
  }

  private next(counter: number): number {
    return Atomics.add(this.words, counter, 1);
  }

  private meet(): void {
    const meeting = this.barrier.arrive();
    if (meeting !== undefined && !this.barrier.spin(meeting, spins)) this.barrier.sleep(meeting);
  }

  private tokensAt(sequence: number): number {
    const { map, plan } = this.desk;
    return map.batch + 4 * sequence * (plan.tokens + 1);
  }
}
