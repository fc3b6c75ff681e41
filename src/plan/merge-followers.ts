import type { ValueRef } from "./graph.ts";
import { type Operation, type Products, countUses, lastOf } from "./operation.ts";
import { isUnary } from "./step.ts";

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
  const gated = gateOf(operation);
  if (gated !== undefined && parts.length === 2) {
    const { kind, gate, up, out } = gated;
    const fits = gate.id === first.out.id && up.id === second?.out.id && once(gate) && once(up);
    return fits ? { kind, out } : undefined;
  }
  if (operation.kind === "step" && isUnary(operation.step) && parts.length === 1) {
    const { step, inputs, out } = operation;
    return inputs[0].id === first.out.id && once(first.out) ? { kind: "unary", step, out } : undefined;
  }
  if (operation.kind === "add" && parts.length === 1) {
    const { a, b, out } = operation;
    // Addition gives the same bits either way round.
    if (b.id === first.out.id && a.id !== b.id && once(b)) return { kind: "add", other: a, out };
    if (a.id === first.out.id && a.id !== b.id && once(a)) return { kind: "add", other: b, out };
  }
  return undefined;
}

function gateOf(operation: Operation) {
  if (operation.kind === "swiglu") return operation;
  if (operation.kind !== "step" || operation.step.operation !== "gegluHalf") return undefined;
  const [gate, up] = operation.inputs;
  return { kind: "gegluHalf" as const, gate, up, out: operation.out };
}
