import type { Weight } from "../tensor/index.ts";
import type { OtherNode, ValueRef } from "./graph.ts";
import { type ExpertProducts, type Operation, nextId } from "./operation.ts";
import type { Step } from "./step.ts";

type HiddenStep = Extract<Step, { operation: "expertHidden" }>;
type SumStep = Extract<Step, { operation: "expertSum" }>;

/**
 * The operations of other architectures than LLaMA as those that have kernels: experts as products of the chosen ones,
 * what goes between them, and sums. What has no step stays as it is, to be replayed.
 * @param together whether two weights lie in the same memory
 */
export function expandVariants(
  operations: readonly Operation[],
  together: (a: Weight, b: Weight) => boolean,
): Operation[] {
  let id = nextId(operations);
  const symbol: Symbol = (columns, { rows }) => ({ id: id++, columns, rows });
  return operations.flatMap((operation): Operation[] => {
    if (operation.kind !== "other" || operation.step === undefined) return [operation];
    const { step, inputs, out } = operation;
    switch (step.operation) {
      case "matmulHeads":
        return [{ kind: "headProducts", x: inputs[0], weight: step.weight, heads: step.heads, out }];
      case "expertHidden":
        return expandHidden(operation, step, symbol, together);
      case "expertSum":
        return [expandSum(operation, step, symbol)];
      default:
        return [{ kind: "step", step, inputs, out }];
    }
  });
}

type Symbol = (columns: number, like: ValueRef) => ValueRef;

function expandHidden(
  { inputs: [x, shares], out }: OtherNode,
  { projections: { gate, up }, options: { activation, weighInput, used } }: HiddenStep,
  symbol: Symbol,
  together: (a: Weight, b: Weight) => boolean,
): Operation[] {
  const all: Operation[] = [];
  let input = x;
  if (weighInput) {
    input = symbol(used * x.columns, x);
    all.push({ kind: "step", step: { operation: "weighInputs" }, inputs: [x, shares], out: input });
  }
  const [gateOut, upOut] = [symbol(out.columns, x), symbol(out.columns, x)];
  const products = (parts: ExpertProducts["parts"], then?: ExpertProducts["then"]): ExpertProducts => {
    return { kind: "expertProducts", x: input, shares, isPerExpert: weighInput, parts, then };
  };
  const parts = [
    { projection: gate, out: gateOut },
    { projection: up, out: upOut },
  ];
  if (together(gate.weight, up.weight)) {
    all.push(products(parts, { kind: activation, out }));
  } else {
    all.push(products(parts.slice(0, 1)), products(parts.slice(1)));
    if (activation === "swiglu") all.push({ kind: "swiglu", gate: gateOut, up: upOut, out });
    else all.push({ kind: "step", step: { operation: activation }, inputs: [gateOut, upOut], out });
  }
  return all;
}

function expandSum(
  { inputs: [hidden, shares], out }: OtherNode,
  { down, isWeighed }: SumStep,
  symbol: Symbol,
): Operation {
  const product = symbol(out.columns, hidden);
  return { kind: "expertSums", x: hidden, shares, isWeighed, projection: down, product, out };
}
