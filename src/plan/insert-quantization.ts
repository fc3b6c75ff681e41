import type { ValueRef } from "./graph.ts";
import { type Operation, type Products, nextId } from "./operation.ts";

/**
 * Quantises each value once, before the first products that need its 8-bit form.
 * @param multipliesIntegers whether a part of the products reads the 8-bit form
 */
export function insertQuantization(
  operations: readonly Operation[],
  multipliesIntegers: (part: Products["parts"][number]) => boolean,
): Operation[] {
  const quantized = new Map<number, ValueRef>();
  let id = nextId(operations);
  const all: Operation[] = [];
  for (const operation of operations) {
    if (operation.kind !== "products" || !operation.parts.some(multipliesIntegers)) {
      all.push(operation);
      continue;
    }
    let out = quantized.get(operation.x.id);
    if (out === undefined) {
      out = { ...operation.x, id: id++ };
      quantized.set(operation.x.id, out);
      all.push({ kind: "quantize", x: operation.x, out });
    }
    all.push({ ...operation, quantized: out });
  }
  return all;
}
