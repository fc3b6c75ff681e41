import type { Node, ValueRef } from "./graph.ts";
import { type Attend, type MergeSpans, type Operation, type Store, countUses, nextId } from "./operation.ts";

/**
 * Attention in two halves: what goes into the cache, and the look at it, with what puts the look's parts together. Rotations whose result only attention reads
 * are done with the first half, by the thread that needs the heads.
 */
export function splitAttention(operations: readonly Operation[], result: ValueRef): Operation[] {
  const uses = countUses(operations, result);
  const rotations = new Map<number, Extract<Node, { kind: "rope" }>>();
  for (const operation of operations) {
    if (operation.kind === "rope" && uses.get(operation.out.id) === 1) rotations.set(operation.out.id, operation);
  }
  const taken = new Set<Operation>();
  let id = nextId(operations);
  const halves = operations.flatMap((operation): Operation[] => {
    if (operation.kind !== "attention") return [operation];
    const { value, options, out } = operation;
    const stored: ValueRef = { id: id++, columns: 0, rows: "tokens" };
    const attended: ValueRef = { ...out, id: id++ };
    const attend: Attend = { kind: "attend", query: operation.query, stored, options, out: attended };
    const merge: MergeSpans = { kind: "mergeSpans", x: attended, options, out };
    const query = rotations.get(operation.query.id);
    const key = rotations.get(operation.key.id);
    if (query === undefined || key === undefined) {
      const store: Store = { kind: "store", query: operation.query, key: operation.key, value, stored, options };
      return [store, attend, merge];
    }
    taken.add(query).add(key);
    const rotate = { query: query.rotary, key: key.rotary, queryOut: query.out, keyOut: key.out };
    return [{ kind: "store", query: query.x, key: key.x, value, rotate, stored, options }, attend, merge];
  });
  return halves.filter((operation) => !taken.has(operation));
}
