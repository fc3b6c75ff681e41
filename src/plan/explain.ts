import type { PlanDescription, PlanLine } from "../tensor/index.ts";
import type { PlacedOperation, PlacedPlan, PlacedStack, Slot } from "./placed.ts";

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
      const after = then?.kind === "unary" ? then.step.operation : then?.kind;
      return cheap(after === undefined ? matrices : `${matrices}, then ${after}`, rows * x.columns, bytes);
    }
    case "headProducts": {
      const { stack, heads } = operation;
      const detail = `${heads} heads, each ${matrixOf(stack)}`;
      return cheap(detail, heads * stack.rows * stack.columns, heads * stack.stride);
    }
    case "expertProducts": {
      const { parts, then } = operation;
      const matrices = parts.map(({ stack }) => matrixOf(stack)).join(", ");
      const chosen = parts[0].out.columns / parts[0].stack.rows;
      const detail = `${chosen} experts, each ${matrices}${then === undefined ? "" : `, then ${then.kind}`}`;
      const sum = (number: (stack: PlacedStack) => number) =>
        parts.reduce((total, { stack }) => total + number(stack), 0);
      const multiplications = sum(({ rows, columns: length }) => rows * length);
      return cheap(detail, chosen * multiplications, chosen * sum(({ stride }) => stride));
    }
    case "expertSums": {
      const { stack, x } = operation;
      const chosen = x.columns / stack.columns;
      const detail = `${chosen} experts, each ${matrixOf(stack)}`;
      return cheap(detail, chosen * stack.rows * stack.columns, chosen * stack.stride);
    }
    case "step":
      return { ...cheap(columns(operation.out)), operation: operation.step.operation };
    case "other":
      return { ...cheap(`${columns(operation.out)}, by the reference`), operation: operation.operation };
    case "embed":
      return cheap(`${operation.formatName} row`, 0, operation.rowBytes);
    case "rmsNorm":
      return cheap(`${columns(operation.out)}, each ${operation.length} together`, 2 * operation.x.columns);
    case "store":
      return cheap(`${operation.options.kvHeads} heads${operation.rotate === undefined ? "" : ", rotated"}`);
    case "attend": {
      const { heads, kvHeads, keyLength, valueLength } = operation.options;
      // Per position in the cache.
      const kept = operation.options.cache === "bf16" ? " in bfloat16" : "";
      return cheap(`${heads} heads over ${kvHeads}${kept}, a position`, heads * (keyLength + valueLength));
    }
    case "rope":
      return cheap(columns(operation.out), 2 * operation.out.columns);
    case "swiglu":
    case "add":
    case "quantize":
    case "outputs":
    case "copy":
    case "mergeSpans":
      return cheap(columns(operation.out));
  }
}

function columns(slot: Slot): string {
  return `${slot.columns} columns`;
}

function matrixOf({ formatName, rows, columns: length }: PlacedStack): string {
  return `${formatName} ${rows}×${length}`;
}
