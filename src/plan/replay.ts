import {
  type Batch,
  type Precision,
  ReferenceCache,
  ReferenceOperations,
  type ReferenceValue,
} from "../tensor/index.ts";
import type { OtherNode } from "./graph.ts";
import type { PlacedOperation } from "./placed.ts";
import type { Walk } from "./walk.ts";

type OtherOperation = Extract<PlacedOperation, { kind: "other" }>;

/** Computes an operation that has no kernel, on the main thread, by the reference: from copies, back into its place. */
export function replay(
  node: OtherNode,
  { inputs, out }: OtherOperation,
  walk: Walk,
  batch: Batch,
  precision: Precision,
): void {
  const cache = new ReferenceCache({ layers: 0, kvHeads: 0, keyLength: 0, valueLength: 0 });
  const ops = new ReferenceOperations(batch, cache, precision);
  const values = inputs.map((slot): ReferenceValue => {
    const [rows, columns] = [walk.rowsOf(slot), slot.columns];
    const start = walk.at(slot, 0) / 4;
    return { rows, columns, data: walk.space(slot.arena).f32.slice(start, start + rows * columns) };
  });
  if (walk.rowsOf(out) === 0) return;
  const { data } = node.replay(ops, values) as ReferenceValue;
  walk.space(out.arena).f32.set(data, walk.at(out, 0) / 4);
}
