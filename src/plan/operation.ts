import type { AttentionOptions, Projection, Rotary } from "../tensor/index.ts";
import type { Node, ValueRef } from "./graph.ts";

/** Several matrix products of one input, computed without a meeting of threads between them. */
export interface Products {
  readonly kind: "products";
  readonly x: ValueRef;
  /** The 8-bit form of x, where a part multiplies integers. */
  readonly quantized?: ValueRef | undefined;
  readonly parts: readonly { readonly projection: Projection; readonly out: ValueRef }[];
  /** What follows on the same rows, so that the thread that computed them can go on: the gate, or the residual. */
  readonly then?:
    | { readonly kind: "swiglu"; readonly out: ValueRef }
    | { readonly kind: "add"; readonly other: ValueRef; readonly out: ValueRef }
    | undefined;
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

/** The second half: each query looks at the cache. */
export interface Attend {
  readonly kind: "attend";
  readonly query: ValueRef;
  readonly stored: ValueRef;
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
export type Operation = Exclude<Node, { kind: "linear" }> | Products | Store | Attend | Quantize | Copy;

/** The operation with each value that it reads replaced by `change(value)`. */
export function mapInputs<T extends Operation | Node>(operation: T, change: (value: ValueRef) => ValueRef): T {
  const inputs: Record<string, unknown> = {};
  for (const key of ["x", "quantized", "query", "key", "value", "stored", "gate", "up", "a", "b"]) {
    if (operation.kind === "store" && key === "stored") continue; // there it is what is made
    const value = (operation as unknown as Record<string, ValueRef | undefined>)[key];
    if (value !== undefined) inputs[key] = change(value);
  }
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
