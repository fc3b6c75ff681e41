import { compileTrainingKernels, createMemory, hasSharedMemory } from "../../../kernels/wasm/index.ts";
import { ropeTable } from "../../../kernels/reference/index.ts";
import { PellucidError } from "../../errors.ts";
import { type WorkerHandle, startWorker, yieldToEventLoop } from "../../platform/index.ts";
import { type MemoryMap, type MemoryOptions, lossSums, mapMemory } from "./memory-map.ts";
import type { TrainingPlan } from "./plan.ts";
import { setting, task, word } from "./words.ts";
import { workerSource } from "./worker-source.ts";

/** What a thread is sent. */
export interface CrewMessage {
  readonly plan: TrainingPlan;
  readonly map: MemoryMap;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly options: MemoryOptions;
  readonly thread: number;
}

/** For so long the main thread looks for the others at every turn of the event loop, then every few milliseconds. */
const eagerMs = 5;
const pauseMs = 2;

/**
 * The threads that train, and the memory that they share. The main thread only gives tasks and waits, so that the event
 * loop is free.
 */
export class Crew {
  readonly plan: TrainingPlan;
  readonly map: MemoryMap;
  readonly options: MemoryOptions;
  readonly settings: Float64Array;
  readonly losses: Float64Array;
  private readonly buffer: ArrayBufferLike;
  private readonly words: Int32Array;
  private readonly workers: WorkerHandle[] = [];
  private failure: unknown;
  private stopped = false;

  private constructor(plan: TrainingPlan, map: MemoryMap, options: MemoryOptions, buffer: ArrayBufferLike) {
    this.plan = plan;
    this.map = map;
    this.options = options;
    this.buffer = buffer;
    this.settings = new Float64Array(buffer, map.settings, 16);
    this.losses = new Float64Array(buffer, map.losses, lossSums * options.batch);
    this.words = new Int32Array(buffer, map.words, 16);
  }

  /** Starts the threads. @throws PellucidError `NO_THREADS`, where memory can't be shared */
  static async start(plan: TrainingPlan, options: MemoryOptions): Promise<Crew> {
    if (!hasSharedMemory()) throw new PellucidError("NO_THREADS", "training needs memory that workers can share");
    const map = mapMemory(plan, options);
    const memory = createMemory({ bytes: map.bytes, maximumBytes: map.bytes, shared: true });
    const crew = new Crew(plan, map, options, memory.buffer);
    crew.fillRopes();
    const module = await compileTrainingKernels();
    const source = await workerSource();
    for (let thread = 0; thread < options.threads; thread++) {
      const worker = await startWorker(source, (reason) => (crew.failure ??= reason));
      worker.start({ plan, map, module, memory, options, thread } satisfies CrewMessage);
      crew.workers.push(worker);
    }
    return crew;
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.buffer, at, length);
  }

  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.buffer, at, length);
  }

  /** Whether the last step's gradients were infinite or NaN, so that nothing was changed. */
  get diverged(): boolean {
    return this.words[word.diverged] !== 0;
  }

  get norm(): number {
    return this.settings[setting.norm];
  }

  /**
   * Has the threads do something, and waits for them.
   * @param sequences that lie in the batch
   * @throws PellucidError `WORKER_FAILED`, `CLOSED`
   */
  async run(kind: Exclude<keyof typeof task, "stop">, sequences: number): Promise<void> {
    const { words } = this;
    this.check();
    for (const counter of [word.unit, word.reduce, word.update, word.pack, word.done, word.diverged])
      words[counter] = 0;
    words[word.sequences] = sequences;
    this.give(task[kind]);
    const started = performance.now();
    while (Atomics.load(words, word.done) < this.options.threads) {
      if (performance.now() - started < eagerMs) await yieldToEventLoop();
      else await new Promise((resolve) => setTimeout(resolve, pauseMs));
      this.check();
    }
  }

  /** Ends the threads, after what they are doing. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.give(task.stop);
    await Promise.all(this.workers.splice(0).map((worker) => worker.end()));
  }

  private give(kind: number): void {
    const { words } = this;
    words[word.kind] = kind;
    Atomics.add(words, word.task, 1);
    Atomics.notify(words, word.task);
  }

  private check(): void {
    if (this.stopped) throw new PellucidError("CLOSED", "the trainer is closed");
    if (this.failure === undefined) return;
    const { message } = this.failure as Error;
    throw new PellucidError("WORKER_FAILED", `a thread failed: ${message}`, { cause: this.failure });
  }

  private fillRopes(): void {
    const positions = Int32Array.from({ length: this.plan.tokens }, (_, i) => i);
    this.plan.ropes.forEach((options, i) => {
      const { cos, sin } = ropeTable({ ...options, positions });
      const places = this.map.ropes[i];
      this.floats(places.cos, cos.length).set(cos);
      this.floats(places.sin, sin.length).set(sin);
      this.floats(places.back, sin.length).set(sin.map((sine) => -sine));
    });
  }
}
