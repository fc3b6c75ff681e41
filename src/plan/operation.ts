import type { AttentionOptions, ExpertProjection, Projection, Rotary, Weight } from "../tensor/index.ts";
import type { Node, ValueRef } from "./graph.ts";
import type { RowStep, UnaryStep } from "./step.ts";

/** Several matrix products of one input, computed without a meeting of threads between them. */
export interface Products {
  readonly kind: "products";
  readonly x: ValueRef;
  /** The 8-bit form of x, where a part multiplies integers. */
  readonly quantized?: ValueRef | undefined;
  readonly parts: readonly {
    readonly projection: Projection;
    /** A factor on the results. */
    readonly factor?: number | undefined;
    readonly out: ValueRef;
  }[];
  /** What follows on the same rows, so that the thread that computed them can go on: the gate, or the residual. */
  readonly then?:
    | { readonly kind: "swiglu" | "gegluHalf"; readonly out: ValueRef }
    | { readonly kind: "add"; readonly other: ValueRef; readonly out: ValueRef }
    | { readonly kind: "unary"; readonly step: UnaryStep; readonly out: ValueRef }
    | undefined;
}

/** An operation on whole rows. */
export interface RowOperation {
  readonly kind: "step";
  readonly step: RowStep;
  readonly inputs: readonly ValueRef[];
  readonly out: ValueRef;
}

/** Products of each head with a matrix of its own. */
export interface HeadProducts {
  readonly kind: "headProducts";
  readonly x: ValueRef;
  readonly quantized?: ValueRef | undefined;
  readonly weight: Weight;
  readonly heads: number;
  readonly out: ValueRef;
}

/** Products with the matrices of each token's chosen experts, side by side: [tokens, used · rows]. */
export interface ExpertProducts {
  readonly kind: "expertProducts";
  readonly x: ValueRef;
  readonly quantized?: ValueRef | undefined;
  /** The weight of each expert for each token. */
  readonly shares: ValueRef;
  /** Whether x has a part for each chosen expert. */
  readonly isPerExpert: boolean;
  readonly parts: readonly { readonly projection: ExpertProjection; readonly out: ValueRef }[];
  readonly then?: { readonly kind: "swiglu" | "swigluClamped"; readonly out: ValueRef } | undefined;
}

/** The same for the experts' last matrices, whose products are weighed and added up. */
export interface ExpertSums {
  readonly kind: "expertSums";
  /** [tokens, used · columns] */
  readonly x: ValueRef;
  readonly quantized?: ValueRef | undefined;
  readonly shares: ValueRef;
  readonly isWeighed: boolean;
  readonly projection: ExpertProjection;
  /** One expert's products on their way into the sum. */
  readonly product: ValueRef;
  readonly out: ValueRef;
}

/** The first half of attention: queries and keys are rotated, if nobody else has, keys and values put into the cache. */
export interface Store {
  readonly kind: "store";
  readonly query: ValueRef;
  readonly key: ValueRef;
  readonly value: ValueRef;
  readonly rotate?:
    | { readonly query: Rotary; readonly key: Rotary; readonly queryOut: ValueRef; readonly keyOut: ValueRef }
    | undefined;
  /** No numbers, but what `Attend` must wait for. */
  readonly stored: ValueRef;
  readonly options: AttentionOptions;
}

/**
 * The second half: each query looks at the cache. With one token, threads share the text, and what each has found lies
 * by itself until `MergeSpans`; with several, the result is ready.
 */
export interface Attend {
  readonly kind: "attend";
  readonly query: ValueRef;
  readonly stored: ValueRef;
  readonly options: AttentionOptions;
  readonly out: ValueRef;
}

/** Puts together what the threads have found in spans of the text. */
export interface MergeSpans {
  readonly kind: "mergeSpans";
  readonly x: ValueRef;
  readonly options: AttentionOptions;
  readonly out: ValueRef;
}

/** The 8-bit form of a value, for the integer products that read it. */
export interface Quantize {
  readonly kind: "quantize";
  readonly x: ValueRef;
  readonly out: ValueRef;
}

/** A value brought to another memory. */
export interface Copy {
  readonly kind: "copy";
  readonly x: ValueRef;
  readonly out: ValueRef;
}

/** An operation of the plan: one of the forward pass, or what a pass of the compiler made. */
export type Operation =
  | Exclude<Node, { kind: "linear" }>
  | Products
  | Store
  | Attend
  | MergeSpans
  | Quantize
  | Copy
  | RowOperation
  | HeadProducts
  | ExpertProducts
  | ExpertSums;

/** The operation with each value that it reads replaced by `change(value)`. */
export function mapInputs<T extends Operation | Node>(operation: T, change: (value: ValueRef) => ValueRef): T {
  const inputs: Record<string, unknown> = {};
  for (const key of ["x", "quantized", "query", "key", "value", "stored", "gate", "up", "a", "b", "shares"]) {
    if (operation.kind === "store" && key === "stored") continue; // there it is what is made
    const value = (operation as unknown as Record<string, ValueRef | undefined>)[key];
    if (value !== undefined) inputs[key] = change(value);
  }
  if ("inputs" in operation) inputs.inputs = operation.inputs.map(change);
  if (operation.kind === "products" && operation.then?.kind === "add") {
    inputs.then = { ...operation.then, other: change(operation.then.other) };
  }
  return { ...operation, ...inputs };
}

/** The values that an operation reads. */
export function inputsOf(operation: Operation | Node): ValueRef[] {
  const inputs: ValueRef[] = [];
  mapInputs(operation, (value) => {
    inputs.push(value);
    return value;
  });
  return inputs;
}

/** The values that an operation makes. */
export function outputsOf(operation: Operation): readonly ValueRef[] {
  switch (operation.kind) {
    case "expertSums":
      return [operation.out, operation.product];
    case "expertProducts":
    case "products": {
      const outs = operation.parts.map(({ out }) => out);
      return operation.then === undefined ? outs : [...outs, operation.then.out];
    }
    case "store": {
      const { rotate, stored } = operation;
      return rotate === undefined ? [stored] : [stored, rotate.queryOut, rotate.keyOut];
    }
    default:
      return [operation.out];
  }
}

/** How often each value is read, by value id; the result once more. */
export function countUses(operations: readonly (Operation | Node)[], result: ValueRef): Map<number, number> {
  const uses = new Map<number, number>([[result.id, 1]]);
  for (const operation of operations) {
    for (const { id } of inputsOf(operation)) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  return uses;
}

/** An id that no value has yet. */
export function nextId(operations: readonly Operation[]): number {
  return 1 + Math.max(-1, ...operations.flatMap(outputsOf).map(({ id }) => id));
}

/** The last operation so far, if there is one. */
export function lastOf(operations: readonly Operation[]): Operation | undefined {
  return operations.at(-1);
}
