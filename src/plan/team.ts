import { PellucidError } from "../errors.ts";
import { type WorkerHandle, startWorker, yieldToEventLoop } from "../platform/index.ts";
import { Barrier } from "./barrier.ts";
import type { PlacedPlan } from "./placed.ts";
import { control } from "./control.ts";
import { StreamChoice } from "./stream-choice.ts";
import type { Walker } from "./walker.ts";
import { workerSource } from "./worker-source.ts";

/** What a worker is sent: everything by which it can walk the plan. */
export interface TeamMessage {
  readonly plan: PlacedPlan;
  readonly module: WebAssembly.Module;
  readonly memories: readonly WebAssembly.Memory[];
  /** Of `createControl`. */
  readonly words: Int32Array;
  readonly thread: number;
}

interface RunOptions {
  /** Called after each operation, while all threads wait; makes the run slow. */
  readonly onResult?: ((operation: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often the main thread looks for the others before it lets the event loop turn. */
const spins = 200_000;
/**
 * After so many milliseconds of computing the event loop turns, be they of one run or of several. Where it never turns,
 * Bun never collects what runs leave behind.
 */
const turn = 50;

/** The threads that walk a plan together: the caller's, and a worker for each other one. */
export class Team {
  private readonly plan: PlacedPlan;
  private readonly walker: Walker;
  private readonly words: Int32Array;
  private readonly barrier: Barrier;
  private readonly workers: WorkerHandle[] = [];
  private readonly streams = new StreamChoice();
  private failure: unknown;
  private stopped = false;
  /** When the event loop turned last for a run. */
  private turned = performance.now();

  private constructor(plan: PlacedPlan, walker: Walker, words: Int32Array) {
    this.plan = plan;
    this.walker = walker;
    this.words = words;
    this.barrier = new Barrier(words, control.barrier, plan.threads);
  }

  /** Starts the workers. */
  static async start(walker: Walker, message: Omit<TeamMessage, "thread">): Promise<Team> {
    const { plan, words } = message;
    const team = new Team(plan, walker, words);
    for (let thread = 1; thread < plan.threads; thread++) {
      const worker = await startWorker(await workerSource(), (reason) => (team.failure ??= reason));
      worker.start({ ...message, thread });
      team.workers.push(worker);
    }
    return team;
  }

  /**
   * Runs the plan once on what the headers say.
   * @throws PellucidError `WORKER_FAILED`; the signal's reason, where it is seen before the plan's end
   */
  async run(tokens: number, outputs: number, { onResult, signal }: RunOptions = {}): Promise<void> {
    const { plan, walker, words } = this;
    this.checkFailure();
    Atomics.store(words, control.abandoned, 0);
    Atomics.store(words, control.tokens, tokens);
    Atomics.store(words, control.outputs, outputs);
    Atomics.store(words, control.watched, onResult === undefined ? 0 : 1);
    Atomics.store(words, control.streams, this.streams.next);
    const started = performance.now();
    this.wake();

    walker.begin();
    let thrown: { error: unknown } | undefined;
    for (let i = 0; i < plan.operations.length; i++) {
      if (walker.meetsBefore(i)) {
        const meeting = this.barrier.arrive();
        if (meeting !== undefined && !this.barrier.spin(meeting, spins)) await this.waitFor(meeting);
        if (performance.now() - this.turned > turn) {
          await yieldToEventLoop();
          this.turned = performance.now();
        }
        // The threads go to the plan's end, and compute nothing on the way.
        if (signal?.aborted === true) Atomics.store(words, control.abandoned, 1);
      }
      walker.step(i);
      if (onResult !== undefined) {
        await this.meet();
        try {
          if (thrown === undefined) onResult(i);
        } catch (error) {
          // The other threads go to the plan's end, and so must this one.
          thrown = { error };
        }
        await this.meet();
      }
    }
    await this.meet();
    if (thrown !== undefined) throw thrown.error;
    if (Atomics.load(words, control.abandoned) !== 0) signal?.throwIfAborted();
    if (walker.single) this.streams.record(performance.now() - started);
  }

  /** Ends the workers. They end by themselves. */
  async stop(): Promise<void> {
    this.stopped = true;
    Atomics.store(this.words, control.stopped, 1);
    this.wake();
    await Promise.all(this.workers.splice(0).map((worker) => worker.end()));
  }

  /** Tells the other threads that a run has begun. */
  private wake(): void {
    Atomics.add(this.words, control.run, 1);
    if (Atomics.load(this.words, control.sleepers) > 0) Atomics.notify(this.words, control.run);
  }

  private async meet(): Promise<void> {
    const meeting = this.barrier.arrive();
    if (meeting !== undefined && !this.barrier.spin(meeting, spins)) await this.waitFor(meeting);
  }

  /** Waits for the others while the event loop turns, so that the failure of one is heard of. */
  private async waitFor(meeting: number): Promise<void> {
    for (;;) {
      await yieldToEventLoop();
      if (this.barrier.spin(meeting, spins)) return;
      this.checkFailure();
    }
  }

  private checkFailure(): void {
    if (this.stopped) throw new PellucidError("CLOSED", "the model is closed");
    if (this.failure === undefined) return;
    const { message } = this.failure as Error;
    throw new PellucidError("WORKER_FAILED", `a thread failed: ${message}`, { cause: this.failure });
  }
}
