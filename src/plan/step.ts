import type { PositionScale, Routing } from "../../kernels/reference/index.ts";
import type { ExpertOptions, ExpertProjection, ExpertProjections, Weight } from "../tensor/index.ts";

/** An operation that treats every number alike, with what it needs besides them. */
export type UnaryStep =
  | { readonly operation: "scale"; readonly factor: number }
  | { readonly operation: "softCap"; readonly cap: number }
  | { readonly operation: "clamp"; readonly limit: number }
  | { readonly operation: "geluHalf" | "reluSquared" };

/** An operation on one row, whatever the other rows are. */
export type RowStep =
  | UnaryStep
  | { readonly operation: "embedPositions"; readonly table: Weight }
  | {
      readonly operation: "layerNorm";
      readonly weight: Weight;
      readonly bias: Weight | undefined;
      readonly epsilon: number;
    }
  | { readonly operation: "addBias"; readonly bias: Weight }
  | { readonly operation: "positionScale"; readonly options: PositionScale }
  | { readonly operation: "gegluHalf" | "swigluClamped" | "sigmoidGate" }
  | { readonly operation: "slice"; readonly heads: number; readonly start: number; readonly length: number }
  | { readonly operation: "join"; readonly heads: number; readonly length: number }
  | { readonly operation: "route"; readonly bias: Weight | undefined; readonly routing: Routing }
  /** x times the weight of each chosen expert, one after the other: only plans have it. */
  | { readonly operation: "weighInputs" };

/** What kernels need to know of an operation that LLaMA does without, besides its inputs. */
export type Step =
  | RowStep
  | { readonly operation: "matmulHeads"; readonly weight: Weight; readonly heads: number }
  | {
      readonly operation: "expertHidden";
      readonly projections: Pick<ExpertProjections, "gate" | "up">;
      readonly options: ExpertOptions;
    }
  | { readonly operation: "expertSum"; readonly down: ExpertProjection; readonly isWeighed: boolean };

const unary = ["scale", "softCap", "clamp", "geluHalf", "reluSquared"];

export function isUnary(step: Step): step is UnaryStep {
  return unary.includes(step.operation);
}
