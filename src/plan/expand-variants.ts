import type { Weight } from "../tensor/index.ts";
import type { OtherNode, ValueRef } from "./graph.ts";
import { type ExpertProducts, type Operation, nextId } from "./operation.ts";
import type { Step } from "./step.ts";

type ExpertsStep = Extract<Step, { operation: "experts" }>;

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
  const symbol = (columns: number, { rows }: ValueRef): ValueRef => ({ id: id++, columns, rows });
  return operations.flatMap((operation): Operation[] => {
    if (operation.kind !== "other" || operation.step === undefined) return [operation];
    const { step, inputs, out } = operation;
    switch (step.operation) {
      case "matmulHeads":
        return [{ kind: "headProducts", x: inputs[0], weight: step.weight, heads: step.heads, out }];
      case "experts":
        return expandExperts(operation, step, symbol, together);
      default:
        return [{ kind: "step", step, inputs, out }];
    }
  });
}

function expandExperts(
  { inputs: [x, shares], out }: OtherNode,
  { projections, options, used }: ExpertsStep,
  symbol: (columns: number, like: ValueRef) => ValueRef,
  together: (a: Weight, b: Weight) => boolean,
): Operation[] {
  const { gate, up, down } = projections;
  const { activation, weighInput } = options;
  const all: Operation[] = [];
  let input = x;
  if (weighInput) {
    input = symbol(used * x.columns, x);
    all.push({ kind: "step", step: { operation: "weighInputs" }, inputs: [x, shares], out: input });
  }
  const length = (used * gate.weight.rows) / shares.columns;
  const [gateOut, upOut, hidden] = [symbol(length, x), symbol(length, x), symbol(length, x)];
  const products = (parts: ExpertProducts["parts"], then?: ExpertProducts["then"]): ExpertProducts => {
    return { kind: "expertProducts", x: input, shares, isPerExpert: weighInput, parts, then };
  };
  const parts = [
    { projection: gate, out: gateOut },
    { projection: up, out: upOut },
  ];
  if (together(gate.weight, up.weight)) {
    all.push(products(parts, { kind: activation, out: hidden }));
  } else {
    all.push(products(parts.slice(0, 1)), products(parts.slice(1)));
    if (activation === "swiglu") all.push({ kind: "swiglu", gate: gateOut, up: upOut, out: hidden });
    else all.push({ kind: "step", step: { operation: activation }, inputs: [gateOut, upOut], out: hidden });
  }
  const product = symbol(down.weight.rows / shares.columns, x);
  all.push({ kind: "expertSums", x: hidden, shares, isWeighed: !weighInput, projection: down, product, out });
  return all;
}
