import type { PlanDescription, PlanLine } from "../tensor/index.ts";
import type { PlacedOperation, PlacedPlan, Slot } from "./placed.ts";

/** Says what a placed plan does, an operation a line. */
export function explainPlan({ operations, threads }: PlacedPlan): PlanDescription {
  return { threads, lines: operations.map(explainOperation) };
}

function explainOperation(operation: PlacedOperation): PlanLine {
  const { meeting, names } = operation;
  const work = workOf(operation);
  return { ...work, meeting, names: names.map(([name]) => name) };
}

function workOf(
  operation: PlacedOperation,
): Pick<PlanLine, "operation" | "detail" | "weightBytes" | "multiplications"> {
  const cheap = (detail: string, multiplications = 0, weightBytes = 0) => ({
    operation: operation.kind,
    detail,
    weightBytes,
    multiplications,
  });
  switch (operation.kind) {
    case "products": {
      const { parts, then, x } = operation;
      const matrices = parts.map(({ rows, formatName }) => `${formatName} ${rows}×${x.columns}`).join(", ");
      const rows = parts.reduce((sum, part) => sum + part.rows, 0);
      const bytes = parts.reduce((sum, part) => sum + part.weightBytes, 0);
      return cheap(then === undefined ? matrices : `${matrices}, then ${then.kind}`, rows * x.columns, bytes);
    }
    case "embed":
      return cheap(`${operation.formatName} row`, 0, operation.rowBytes);
    case "rmsNorm":
      return cheap(`${columns(operation.out)}, each ${operation.length} together`, 2 * operation.x.columns);
    case "store":
      return cheap(`${operation.options.kvHeads} heads${operation.rotate === undefined ? "" : ", rotated"}`);
    case "attend": {
      const { heads, kvHeads, keyLength, valueLength } = operation.options;
      // Per position in the cache.
      return cheap(`${heads} heads over ${kvHeads}, a position`, heads * (keyLength + valueLength));
    }
    case "rope":
      return cheap(columns(operation.out), 2 * operation.out.columns);
    case "swiglu":
    case "add":
    case "quantize":
    case "outputs":
    case "copy":
      return cheap(columns(operation.out));
  }
}

function columns(slot: Slot): string {
  return `${slot.columns} columns`;
}
