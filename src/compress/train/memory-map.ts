import { InvalidArgumentError } from "../../errors.ts";
import type { DistillationLoss } from "./divergence.ts";
import type { HintLoss } from "./hint-loss.ts";
import type { TrainingPlan } from "./plan.ts";

/** What decides how much memory training takes, besides the plan. */
export interface MemoryOptions {
  readonly threads: number;
  /** Units of work of a step: each has gradients of its own. */
  readonly units: number;
  /** Sequences of a step. */
  readonly batch: number;
  /** Whether the matrices are kept rearranged, which takes room twice, or rearranged at each use. */
  readonly packed: boolean;
  /** Likeliest tokens that a teacher tells of each position; 0 without one. */
  readonly teacherTokens: number;
  /** How the teacher is followed, where there is one. */
  readonly loss?: DistillationLoss | undefined;
  /** How its residuals are followed, where they are. */
  readonly hints?: HintLoss | undefined;
}

/** Addresses, in bytes, of everything in the shared memory. */
export interface MemoryMap {
  readonly parameters: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
  /** The gradients of unit u lie `unitBytes`·u further. */
  readonly gradients: number;
  readonly unitBytes: number;
  /** Matrices rearranged for the forward and the backward pass; 0 where they are not kept. */
  readonly forwardPacks: number;
  readonly backwardPacks: number;
  /** For each table of rotations: cosines, sines, and sines with the other sign. [tokens, pairs] each */
  readonly ropes: readonly {
    readonly cos: number;
    readonly sin: number;
    readonly back: number;
    readonly pairs: number;
  }[];
  /** Each sequence's tokens, one more than the plan's: i32. */
  readonly batch: number;
  /** Each sequence's summed loss, f64, and further sums of losses. */
  readonly losses: number;
  /** Squared lengths of the gradients, f64, a chunk each. */
  readonly norms: number;
  /** Numbers of the step, f64, and words by which threads agree, i32. */
  readonly settings: number;
  readonly words: number;
  /** Teacher's tokens (i32) and probabilities (f32). [batch, tokens, teacherTokens] */
  readonly teacherTokens: number;
  readonly teacherProbabilities: number;
  /** Its residuals, f32. [batch, hints, tokens, width] */
  readonly teacherStates: number;
  /** Thread t's memory lies `threadBytes`·t further. */
  readonly threads: number;
  readonly threadBytes: number;
  readonly bytes: number;
}

/** Parameters that the threads treat at once in reducing and updating: a fixed number, so that sums don't change. */
export const chunkLength = 16384;

/** Sums that a sequence has in `losses`. */
export const lossSums = 3;

/** @throws InvalidArgumentError where it is more than WebAssembly can address */
export function mapMemory(plan: TrainingPlan, options: MemoryOptions): MemoryMap {
  let end = 1024;
  const take = (bytes: number) => {
    const at = end;
    end += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const { threads, units, batch, packed, teacherTokens } = options;
  const all = 4 * plan.size;
  const positions = batch * plan.tokens;
  const map = {
    parameters: take(all),
    firstMoments: take(all),
    secondMoments: take(all),
    gradients: take(all * units),
    unitBytes: all,
    forwardPacks: packed ? take(all) : 0,
    backwardPacks: packed ? take(all) : 0,
    ropes: plan.ropes.map(({ pairs }) => {
      const bytes = 4 * plan.tokens * pairs;
      return { cos: take(bytes), sin: take(bytes), back: take(bytes), pairs };
    }),
    batch: take(4 * batch * (plan.tokens + 1)),
    losses: take(8 * lossSums * batch),
    norms: take(8 * Math.ceil(plan.size / chunkLength + plan.parameters.length)),
    settings: take(8 * 16),
    words: take(4 * 16),
    teacherTokens: take(4 * positions * teacherTokens),
    teacherProbabilities: take(4 * positions * teacherTokens),
    teacherStates: take(4 * positions * hintNumbers(options)),
    threads: take(4 * plan.room * threads),
    threadBytes: 4 * plan.room,
  };
  if (end > 2 ** 32) {
    const need = (end / 2 ** 30).toFixed(1);
    throw new InvalidArgumentError(
      `training would take ${need} GiB of memory, and 4 can be addressed: take fewer units, threads or a shorter context`,
    );
  }
  return { ...map, bytes: end };
}

/** Numbers of the teacher's residuals at one position. */
export function hintNumbers({ hints }: Pick<MemoryOptions, "hints">): number {
  return hints === undefined ? 0 : hints.layers.length * hints.width;
}
