import type { AttentionOptions, Operations, Projection, Rotary, Value, Weight } from "../tensor/index.ts";
import type { Step } from "./step.ts";

/**
 * A value that the recorder hands out: not numbers, but a place in the graph.
 * Its rows are the batch's tokens, or only those whose logits are wanted.
 */
export interface ValueRef extends Value {
  readonly id: number;
  readonly rows: "tokens" | "outputs";
}

/** One operation of the forward pass as recorded: what it reads, and the value that it makes. */
export type Node =
  | { readonly kind: "embed"; readonly table: Weight; readonly out: ValueRef }
  | { readonly kind: "outputs"; readonly x: ValueRef; readonly out: ValueRef }
  | {
      readonly kind: "linear";
      readonly projection: Projection;
      /** A factor on the products, after everything else: a pass of the compiler puts it there. */
      readonly factor?: number | undefined;
      readonly x: ValueRef;
      readonly out: ValueRef;
    }
  | {
      readonly kind: "rmsNorm";
      readonly x: ValueRef;
      readonly weight: Weight;
      readonly epsilon: number;
      readonly out: ValueRef;
    }
  | { readonly kind: "rope"; readonly x: ValueRef; readonly rotary: Rotary; readonly out: ValueRef }
  | {
      readonly kind: "attention";
      readonly query: ValueRef;
      readonly key: ValueRef;
      readonly value: ValueRef;
      readonly options: AttentionOptions;
      readonly out: ValueRef;
    }
  | { readonly kind: "swiglu"; readonly gate: ValueRef; readonly up: ValueRef; readonly out: ValueRef }
  | { readonly kind: "add"; readonly a: ValueRef; readonly b: ValueRef; readonly out: ValueRef }
  | OtherNode;

/**
 * Any other operation of the interface: what an executor without a kernel of its own for it computes by replaying it on
 * operations that have one, the reference.
 */
export interface OtherNode {
  readonly kind: "other";
  readonly operation: keyof Operations;
  readonly inputs: readonly ValueRef[];
  /** Computes the node from its inputs' values. */
  readonly replay: (ops: Operations, inputs: readonly Value[]) => Value;
  /** The same for executors that have a kernel. */
  readonly step?: Step | undefined;
  readonly out: ValueRef;
}

/** The forward pass as a flat list of operations in the order of their execution. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly result: ValueRef;
  /** Names by value id, for taps and for `explain`. A value can have several. */
  readonly names: ReadonlyMap<number, readonly string[]>;
}
