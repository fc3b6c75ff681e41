import { ModelError } from "../errors.ts";
import type { ExpertProjection, Weight } from "../tensor/index.ts";
import type { ValueRef } from "./graph.ts";
import type { ExpertProducts, ExpertSums, HeadProducts, RowOperation } from "./operation.ts";
import type { PlacedStack, PlacedOperation, Slot } from "./placed.ts";
import type { PlacedStep } from "./placed-step.ts";
import type { RowStep } from "./step.ts";
import type { WasmWeight } from "./wasm-weight.ts";

type Bare<T> = T extends unknown ? Omit<T, "meeting" | "arena" | "names"> : never;

/** Where values and vectors lie. */
export interface Places {
  readonly slot: (value: ValueRef) => Slot;
  /** Address of a vector in the operation's memory. */
  readonly vector: (weight: Weight) => number;
  readonly numbers: (numbers: Float32Array) => number;
}

/** The operations of other architectures than LLaMA, with places instead of values and weights. */
export function placeVariant(
  operation: RowOperation | HeadProducts | ExpertProducts | ExpertSums,
  { slot, vector }: Places,
): Bare<PlacedOperation> {
  switch (operation.kind) {
    case "step": {
      const { step, inputs, out } = operation;
      return { kind: "step", step: placeStep(step, vector), inputs: inputs.map(slot), out: slot(out) };
    }
    case "headProducts": {
      const { x, quantized, weight, heads, out } = operation;
      const stack = placeStack({ weight }, heads, vector);
      return {
        kind: "headProducts",
        x: slot(x),
        quantized: quantized && slot(quantized),
        heads,
        stack,
        out: slot(out),
      };
    }
    case "expertProducts": {
      const { x, quantized, shares, isPerExpert, parts, then } = operation;
      return {
        kind: "expertProducts",
        x: slot(x),
        quantized: quantized && slot(quantized),
        shares: slot(shares),
        isPerExpert,
        parts: parts.map(({ projection, out }) => ({
          stack: placeStack(projection, shares.columns, vector),
          out: slot(out),
        })),
        then: then && { kind: then.kind, out: slot(then.out) },
      };
    }
    case "expertSums": {
      const { x, quantized, shares, isWeighed, projection, product, out } = operation;
      const values = { x: slot(x), quantized: quantized && slot(quantized), shares: slot(shares) };
      const stack = placeStack(projection, shares.columns, vector);
      return { kind: "expertSums", ...values, isWeighed, stack, product: slot(product), out: slot(out) };
    }
  }
}

function placeStep(step: RowStep, vector: (weight: Weight) => number): PlacedStep {
  switch (step.operation) {
    case "embedPositions": {
      const { kernelFormat, address } = step.table as WasmWeight;
      return { operation: "embedPositions", format: kernelFormat, table: address };
    }
    case "layerNorm": {
      const { weight, bias, epsilon } = step;
      const { rows, columns: length } = weight;
      const places = { weight: vector(weight), bias: bias === undefined ? 0 : vector(bias) };
      return { operation: "layerNorm", ...places, rows, length, epsilon };
    }
    case "addBias":
      return { operation: "addBias", bias: vector(step.bias) };
    case "route": {
      const { bias, routing } = step;
      return { operation: "route", bias: bias === undefined ? 0 : vector(bias), routing };
    }
    default:
      return step;
  }
}

/** @throws ModelError `NO_FAST_KERNEL` for matrices that do not begin at a band of four rows */
function placeStack(
  { weight, scale, bias }: ExpertProjection,
  count: number,
  vector: (weight: Weight) => number,
): PlacedStack {
  const { name, kernelFormat, dtype, address, packedBytes, rows, columns, integers } = weight as WasmWeight;
  if ((rows / count) % 4 !== 0) {
    const matrices = `"${name}" are matrices of ${rows / count} rows`;
    throw new ModelError("NO_FAST_KERNEL", `${matrices}, not a multiple of 4: use the reference kernels`);
  }
  return {
    kernel: integers && `matmul${integers}`,
    format: kernelFormat,
    formatName: dtype.name,
    weight: address,
    stride: packedBytes / count,
    rows: rows / count,
    columns,
    scales: scale === undefined ? 0 : vector(scale),
    biases: bias === undefined ? 0 : vector(bias),
  };
}
