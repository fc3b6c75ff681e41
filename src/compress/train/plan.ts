import type { RopeOptions } from "../../../kernels/reference/index.ts";
import type { Parameter } from "./parameter.ts";

/*
 * The plan of training: the recorded forward pass with a place for each value and each gradient. Places are counted in
 * numbers (4 bytes) from the start of a thread's own memory; every value is [tokens, columns] of one sequence.
 */

/** Where a gradient goes: in the place of what is there, or added to it. */
export interface Gradient {
  readonly at: number;
  readonly add: boolean;
}

export type TrainingStep =
  | { readonly kind: "embed"; readonly table: Parameter; readonly out: number; readonly dOut: number }
  | {
      readonly kind: "linear";
      readonly weight: Parameter;
      readonly x: number;
      readonly out: number;
      readonly dOut: number;
      readonly dx: Gradient;
    }
  | {
      readonly kind: "rmsNorm";
      readonly weight: Parameter;
      readonly epsilon: number;
      /** Normalised pieces of a row. */
      readonly segments: number;
      readonly x: number;
      readonly out: number;
      readonly dOut: number;
      readonly dx: Gradient;
    }
  | {
      readonly kind: "rope";
      /** Of the plan's tables. */
      readonly table: number;
      readonly heads: number;
      readonly headLength: number;
      readonly adjacent: boolean;
      /** The turn happens in place, in both directions. */
      readonly out: number;
      readonly dOut: number;
    }
  | {
      readonly kind: "attention";
      readonly heads: number;
      readonly kvHeads: number;
      readonly keyLength: number;
      readonly valueLength: number;
      readonly scale: number;
      readonly query: number;
      readonly key: number;
      readonly value: number;
      /** The softmax weights. [heads, tokens, tokens] */
      readonly weights: number;
      readonly out: number;
      readonly dOut: number;
      readonly dQuery: number;
      readonly dKey: number;
      readonly dValue: number;
    }
  | {
      readonly kind: "swiglu";
      readonly columns: number;
      readonly gate: number;
      readonly up: number;
      readonly out: number;
      readonly dOut: number;
      readonly dGate: number;
      readonly dUp: number;
    }
  | {
      readonly kind: "add";
      readonly columns: number;
      readonly a: number;
      readonly b: number;
      readonly out: number;
      readonly dOut: number;
      readonly da: Gradient;
      /** Undefined where the place of dOut became that of b's gradient. */
      readonly db: Gradient | undefined;
    }
  | {
      /** A layer's residual that follows one of the teacher. */
      readonly kind: "hint";
      /** Of the hints. */
      readonly index: number;
      readonly columns: number;
      /** Takes the residual to the teacher's width, where that is another one. */
      readonly weight: Parameter | undefined;
      readonly x: number;
      readonly dx: Gradient;
      /** For what is compared, and its gradient. [tokens, teacher's width] */
      readonly out: number;
    };

export interface TrainingPlan {
  /** Of a sequence. */
  readonly tokens: number;
  readonly vocabulary: number;
  readonly parameters: readonly Parameter[];
  /** Numbers of all parameters. */
  readonly size: number;
  readonly steps: readonly TrainingStep[];
  readonly ropes: readonly Omit<RopeOptions, "positions">[];
  /** The logits; the loss leaves their gradient in the same place. */
  readonly logits: number;
  /** By name, values that can be compared with a teacher's: place and columns. */
  readonly named: Readonly<Record<string, { readonly at: number; readonly columns: number }>>;
  /** Places for rearranged matrices. */
  readonly scratch: {
    readonly weight: number;
    readonly strips: number;
    readonly panels: number;
    readonly square: number;
    readonly facts: number;
    /** For a second copy of the logits; as `logits` where there is no teacher. */
    readonly soft: number;
  };
  /** Numbers of a thread's memory. */
  readonly room: number;
}
