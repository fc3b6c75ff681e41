import type { ValueRef } from "./graph.ts";
import { type Operation, inputsOf, mapInputs, nextId, outputsOf } from "./operation.ts";

/** The operations, and for each value id the memory in which it lies. */
export interface Housed {
  readonly operations: readonly Operation[];
  readonly arenaOf: ReadonlyMap<number, number>;
}

/**
 * Weights can lie in several memories. Each operation is computed where its weights are, and a value that lies
 * elsewhere is copied there first, once.
 * @param weightArena the memory of an operation's weights, undefined for an operation without any
 */
export function insertCopies(
  operations: readonly Operation[],
  weightArena: (operation: Operation) => number | undefined,
): Housed {
  const arenaOf = new Map<number, number>();
  const copies = new Map<string, ValueRef>();
  let id = nextId(operations);
  const all: Operation[] = [];
  for (const operation of operations) {
    const arena = weightArena(operation) ?? arenaOf.get(inputsOf(operation)[0]?.id ?? -1) ?? 0;
    const local = mapInputs(operation, (value) => {
      if (arenaOf.get(value.id) === arena) return value;
      const key = `${value.id} in ${arena}`;
      let copy = copies.get(key);
      if (copy === undefined) {
        copy = { ...value, id: id++ };
        copies.set(key, copy);
        arenaOf.set(copy.id, arena);
        all.push({ kind: "copy", x: value, out: copy });
      }
      return copy;
    });
    for (const out of outputsOf(local)) arenaOf.set(out.id, arena);
    all.push(local);
  }
  return { operations: all, arenaOf };
}
