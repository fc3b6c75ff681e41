import type { ValueRef } from "./graph.ts";
import { type Operation, type Products, countUses, lastOf } from "./operation.ts";

/**
 * What is done number by number with the products' rows follows in the same operation: the gate of a feed-forward
 * network after its two products, the addition to the residual stream after the one product that makes what is added.
 */
export function mergeFollowers(operations: readonly Operation[], result: ValueRef): Operation[] {
  const uses = countUses(operations, result);
  const once = (value: ValueRef) => uses.get(value.id) === 1;
  const merged: Operation[] = [];
  for (const operation of operations) {
    const last = lastOf(merged);
    const then = last?.kind === "products" ? follower(last, operation, once) : undefined;
    if (then !== undefined) merged[merged.length - 1] = { ...(last as Products), then };
    else merged.push(operation);
  }
  return merged;
}

function follower(
  { parts, then }: Products,
  operation: Operation,
  once: (value: ValueRef) => boolean,
): Products["then"] {
  const [first, second] = [parts.at(0), parts.at(1)];
  if (then !== undefined || first === undefined) return undefined;
  if (operation.kind === "swiglu" && parts.length === 2) {
    const { gate, up, out } = operation;
    const fits = gate.id === first.out.id && up.id === second?.out.id && once(gate) && once(up);
    return fits ? { kind: "swiglu", out } : undefined;
  }
  if (operation.kind === "add" && parts.length === 1) {
    const { a, b, out } = operation;
    // Addition gives the same bits either way round.
    if (b.id === first.out.id && a.id !== b.id && once(b)) return { kind: "add", other: a, out };
    if (a.id === first.out.id && a.id !== b.id && once(a)) return { kind: "add", other: b, out };
  }
  return undefined;
}
