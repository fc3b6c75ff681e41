import type { ValueRef } from "./graph.ts";
import type { Weight } from "../tensor/index.ts";
import { type Operation, nextId } from "./operation.ts";

/**
 * Quantises each value once, before the first products that need its 8-bit form.
 * @param multipliesIntegers whether the products with a weight read the 8-bit form
 */
export function insertQuantization(
  operations: readonly Operation[],
  multipliesIntegers: (weight: Weight) => boolean,
): Operation[] {
  const quantized = new Map<number, ValueRef>();
  let id = nextId(operations);
  const all: Operation[] = [];
  for (const operation of operations) {
    if (!isProduct(operation) || !weightsOf(operation).some(multipliesIntegers)) {
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

type Product = Extract<Operation, { kind: "products" | "headProducts" | "expertProducts" | "expertSums" }>;

function isProduct(operation: Operation): operation is Product {
  const { kind } = operation;
  return kind === "products" || kind === "headProducts" || kind === "expertProducts" || kind === "expertSums";
}

function weightsOf(operation: Product): readonly Weight[] {
  if (operation.kind === "headProducts") return [operation.weight];
  if (operation.kind === "expertSums") return [operation.projection.weight];
  return operation.parts.map(({ projection }) => projection.weight);
}
