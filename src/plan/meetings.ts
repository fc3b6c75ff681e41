import { type Operation, inputsOf, outputsOf } from "./operation.ts";

/** Before an operation all threads must meet: never, only when several rows are computed, or always. */
export type Meeting = "never" | "batch" | "always";

/**
 * Where the threads must wait for each other: before an operation that reads what others may still be writing.
 *
 * One row: the cheap operations that need a whole row (`isWhole`) are done by every thread for itself, and what a thread
 * attends with it stores itself, so nobody waits for those results. Several rows: those are cut by rows, and everything else by columns or heads, so every result is
 * everybody's.
 */
export function findMeetings(operations: readonly Operation[]): Meeting[] {
  // Values written since the last meeting, and so not to be read by all yet.
  const [fresh, freshInBatch] = [new Set<number>(), new Set<number>()];
  return operations.map((operation) => {
    const inputs = inputsOf(operation);
    const always = inputs.some(({ id }) => fresh.has(id));
    const batch = always || inputs.some(({ id }) => freshInBatch.has(id));
    if (always) fresh.clear();
    if (batch) freshInBatch.clear();
    for (const { id } of outputsOf(operation)) {
      if (!isWhole(operation) && operation.kind !== "store") fresh.add(id);
      freshInBatch.add(id);
    }
    return always ? "always" : batch ? "batch" : "never";
  });
}

/** Whether an operation works on whole rows, and is cheap enough for every thread to do by itself on one row. */
export function isWhole({ kind }: Operation): boolean {
  return whole.has(kind);
}

const whole = new Set<Operation["kind"]>([
  "embed",
  "outputs",
  "rmsNorm",
  "add",
  "step",
  "quantize",
  "copy",
  "mergeSpans",
]);
