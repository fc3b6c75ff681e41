/** Words (i32) of shared memory by which the threads agree. */
export const word = {
  /** Counts the tasks that were given; a change wakes the threads. */
  task: 0,
  /** What is to be done: of `task` below. */
  kind: 1,
  /** Threads that have done it. */
  done: 2,
  /** Of `Barrier`: three words. */
  barrier: 3,
  /** Next units, chunks and matrices to take. */
  unit: 6,
  reduce: 7,
  update: 8,
  pack: 9,
  /** Sequences of the task. */
  sequences: 10,
  /** Set where the gradients were not finite, so that nothing was changed. */
  diverged: 11,
} as const;

export const task = { train: 1, evaluate: 2, pack: 3, stop: 4 } as const;

/** Numbers (f64) of a step. */
export const setting = {
  /** Factor on the summed gradients: 1 / tokens. */
  scale: 0,
  /** The most that the gradients may measure together. */
  clip: 1,
  beta1: 2,
  beta2: 3,
  rate: 4,
  keep: 5,
  root: 6,
  epsilon: 7,
  /** The gradients' length, told by the threads. */
  norm: 8,
} as const;
