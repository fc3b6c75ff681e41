import type { IntegerFormatName } from "../../kernels/wasm/index.ts";
import type { AttentionOptions, Rotary } from "../tensor/index.ts";
import type { Meeting } from "./meetings.ts";
import type { PlacedStep } from "./placed-step.ts";
import type { UnaryStep } from "./step.ts";

/** Where a value lies: numbers only, since plans are sent to workers. */
export interface Slot {
  /** Which memory. */
  readonly arena: number;
  /** Address of row 0 of what all threads see. */
  readonly shared: number;
  /** Address of thread 0's own row, for values that each thread computes for itself when there is one; or 0. */
  readonly own: number;
  /** From one thread's own row to the next's. */
  readonly ownStride: number;
  readonly rowBytes: number;
  readonly columns: number;
  readonly rows: "tokens" | "outputs";
}

/** A product of a placed operation: a weight that lies packed in memory, and what is done with its results. */
export interface PlacedPart {
  /** The kernel that multiplies integers; undefined for products in single precision. */
  readonly kernel: `matmul${IntegerFormatName}` | undefined;
  /** The format's number. */
  readonly format: number;
  /** The format's name. */
  readonly formatName: string;
  readonly weight: number;
  readonly weightBytes: number;
  readonly rows: number;
  readonly out: Slot;
  /** Factor on the products; 1 for none. */
  readonly scale: number;
  /** Address of the bias, 0 for none. */
  readonly bias: number;
  /** Factor at the end; 1 for none. */
  readonly outputScale: number;
}

/** A rotation by one of the plan's angle tables. */
export interface PlacedRotary extends Pick<Rotary, "headLength" | "rotaryLength" | "pairing"> {
  /** Which of the plan's tables. */
  readonly table: number;
}

export type PlacedOperation = {
  readonly meeting: Meeting;
  /** In which memory it is computed. */
  readonly arena: number;
  /** Names under which its results can be tapped. */
  readonly names: readonly (readonly [name: string, slot: Slot])[];
} & (
  | {
      readonly kind: "embed";
      readonly format: number;
      readonly formatName: string;
      readonly weight: number;
      readonly rowBytes: number;
      readonly out: Slot;
    }
  | { readonly kind: "outputs" | "copy" | "quantize"; readonly x: Slot; readonly out: Slot }
  | {
      readonly kind: "rmsNorm";
      readonly x: Slot;
      readonly weight: number;
      readonly length: number;
      readonly epsilon: number;
      readonly out: Slot;
    }
  | {
      readonly kind: "products";
      readonly x: Slot;
      readonly quantized?: Slot | undefined;
      readonly parts: readonly PlacedPart[];
      readonly then?:
        | { readonly kind: "swiglu" | "gegluHalf"; readonly out: Slot }
        | { readonly kind: "add"; readonly other: Slot; readonly out: Slot }
        | { readonly kind: "unary"; readonly step: UnaryStep; readonly out: Slot }
        | undefined;
    }
  | { readonly kind: "step"; readonly step: PlacedStep; readonly inputs: readonly Slot[]; readonly out: Slot }
  /** Computed by the main thread, which knows how. */
  | { readonly kind: "other"; readonly operation: string; readonly inputs: readonly Slot[]; readonly out: Slot }
  | {
      readonly kind: "headProducts";
      readonly x: Slot;
      readonly quantized?: Slot | undefined;
      readonly heads: number;
      readonly stack: PlacedStack;
      readonly out: Slot;
    }
  | {
      readonly kind: "expertProducts";
      readonly x: Slot;
      readonly quantized?: Slot | undefined;
      readonly shares: Slot;
      readonly isPerExpert: boolean;
      readonly parts: readonly { readonly stack: PlacedStack; readonly out: Slot }[];
      readonly then?: { readonly kind: "swiglu" | "swigluClamped"; readonly out: Slot } | undefined;
    }
  | {
      readonly kind: "expertSums";
      readonly x: Slot;
      readonly quantized?: Slot | undefined;
      readonly shares: Slot;
      readonly isWeighed: boolean;
      readonly stack: PlacedStack;
      readonly product: Slot;
      readonly out: Slot;
    }
  | { readonly kind: "swiglu"; readonly gate: Slot; readonly up: Slot; readonly out: Slot }
  | { readonly kind: "add"; readonly a: Slot; readonly b: Slot; readonly out: Slot }
  | { readonly kind: "rope"; readonly x: Slot; readonly rotary: PlacedRotary; readonly out: Slot }
  | {
      readonly kind: "store";
      /** Rotations to do first, from `query` and `key` to `rotatedQuery` and `rotatedKey`. */
      readonly rotate?: { readonly query: PlacedRotary; readonly key: PlacedRotary } | undefined;
      readonly query: Slot;
      readonly key: Slot;
      readonly rotatedQuery: Slot;
      readonly rotatedKey: Slot;
      readonly value: Slot;
      readonly options: Omit<AttentionOptions, "sinks" | "slopes">;
    }
  | {
      readonly kind: "attend";
      readonly query: Slot;
      readonly options: Omit<AttentionOptions, "sinks" | "slopes">;
      /** Addresses of a number for each head, 0 for none. */
      readonly sinks: number;
      readonly slopes: number;
      readonly out: Slot;
    }
  | {
      readonly kind: "mergeSpans";
      readonly x: Slot;
      readonly options: Omit<AttentionOptions, "sinks" | "slopes">;
      readonly sinks: number;
      readonly out: Slot;
    }
);

/** Products with a matrix out of several that lie one after the other: of each expert, or each head. */
export interface PlacedStack extends Pick<PlacedPart, "kernel" | "format" | "formatName" | "weight"> {
  /** Bytes from one matrix to the next. */
  readonly stride: number;
  /** Rows of one matrix. */
  readonly rows: number;
  readonly columns: number;
  /** Address of a factor for each matrix, 0 for none. */
  readonly scales: number;
  /** Address of a bias for each matrix, 0 for none. */
  readonly biases: number;
}

/** A plan that can be run: what every thread gets. */
export interface PlacedPlan {
  /** How many pages an extent of the cache has, and where in it each layer's part begins. */
  readonly cache: { readonly extent: number; readonly offsets: readonly number[] };
  readonly operations: readonly PlacedOperation[];
  readonly result: Slot;
  readonly maxBatch: number;
  readonly maxOutputs: number;
  readonly threads: number;
  /** For each memory, where the run's own numbers lie. */
  readonly headers: readonly RunHeader[];
}

/** Addresses of what changes from run to run. */
export interface RunHeader {
  /** Token ids. [maxBatch] */
  readonly tokens: number;
  /** Position of each token. [maxBatch] */
  readonly positions: number;
  /** Rows whose logits are wanted. [maxOutputs] */
  readonly outputs: number;
  /** Address of each token's page table. [maxBatch] */
  readonly pageTables: number;
  /** Cosines, then sines, of each angle table. [maxBatch, pairs] each */
  readonly angles: readonly { readonly cos: number; readonly sin: number; readonly pairs: number }[];
  /** Address of a word that holds the address of what `attendSpans` leaves: as large as the text's length asks. */
  readonly partials: number;
  /** Scratch of each thread, `scratchStride` apart. */
  readonly scratch: number;
  readonly scratchStride: number;
}
