/**
 * The words by which the threads of a plan steer each other.
 *
 * - `barrier`: three words of `Barrier`
 * - `run`: how many runs were started; `sleepers`: how many threads sleep until the next
 * - `tokens`, `outputs`: of this run; `streams`: in how many places at once it reads
 * - `stopped`: 1 when the threads are to end instead of running
 * - `watched`: after each operation the threads meet twice, and in between the main thread looks at the results
 * - `abandoned`: 1 when nobody wants this run's results: threads still meet where the plan says so, and compute nothing
 */
export const control = {
  barrier: 0,
  run: 3,
  sleepers: 4,
  tokens: 5,
  outputs: 6,
  watched: 7,
  stopped: 8,
  abandoned: 9,
  streams: 10,
  words: 11,
} as const;

/** The words, all 0: shared where there are workers, plain where there are none. */
export function createControl(threads: number): Int32Array {
  const bytes = 4 * control.words;
  return new Int32Array(threads > 1 ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
}
