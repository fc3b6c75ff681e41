import type { Routing } from "../../kernels/reference/index.ts";
import type { RowStep, UnaryStep } from "./step.ts";

/** A `RowStep` with addresses instead of weights. */
export type PlacedStep =
  | UnaryStep
  | { readonly operation: "embedPositions"; readonly format: number; readonly table: number }
  | {
      readonly operation: "layerNorm";
      readonly weight: number;
      /** 0 for none. */
      readonly bias: number;
      readonly rows: number;
      readonly length: number;
      readonly epsilon: number;
    }
  | { readonly operation: "addBias"; readonly bias: number }
  /** `bias`: address of a number for each expert, 0 for none. */
  | { readonly operation: "route"; readonly bias: number; readonly routing: Routing }
  | Extract<
      RowStep,
      {
        operation: "positionScale" | "gegluHalf" | "swigluClamped" | "sigmoidGate" | "slice" | "join" | "weighInputs";
      }
    >;
