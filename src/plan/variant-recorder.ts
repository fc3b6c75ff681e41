import type { PositionScale, Routing } from "../../kernels/reference/index.ts";
import type {
  ExpertOptions,
  ExpertProjection,
  ExpertProjections,
  Operations,
  Value,
  VariantOperations,
  Weight,
} from "../tensor/index.ts";
import type { OtherNode, ValueRef } from "./graph.ts";
import type { Step } from "./step.ts";

/** Writes down the operations of other architectures than LLaMA, each as a node that can be computed by replaying it. */
export abstract class VariantRecorder implements VariantOperations {
  embedPositions(table: Weight): Value {
    const out = this.symbol(table.columns, "tokens");
    return this.record({
      kind: "other",
      operation: "embedPositions",
      inputs: [],
      out,
      replay: (ops) => ops.embedPositions(table),
      step: { operation: "embedPositions", table },
    });
  }

  layerNorm(x: Value, weight: Weight, bias: Weight | undefined, epsilon: number): Value {
    return this.other("layerNorm", [x], x.columns, (ops, [y]) => ops.layerNorm(y, weight, bias, epsilon), {
      operation: "layerNorm",
      weight,
      bias,
      epsilon,
    });
  }

  addBias(x: Value, bias: Weight): Value {
    return this.other("addBias", [x], x.columns, (ops, [y]) => ops.addBias(y, bias), {
      operation: "addBias",
      bias,
    });
  }

  scale(x: Value, factor: number): Value {
    return this.other("scale", [x], x.columns, (ops, [y]) => ops.scale(y, factor), {
      operation: "scale",
      factor,
    });
  }

  positionScale(x: Value, options: PositionScale): Value {
    return this.other("positionScale", [x], x.columns, (ops, [y]) => ops.positionScale(y, options), {
      operation: "positionScale",
      options,
    });
  }

  softCap(x: Value, cap: number): Value {
    return this.other("softCap", [x], x.columns, (ops, [y]) => ops.softCap(y, cap), {
      operation: "softCap",
      cap,
    });
  }

  clamp(x: Value, limit: number): Value {
    return this.other("clamp", [x], x.columns, (ops, [y]) => ops.clamp(y, limit), {
      operation: "clamp",
      limit,
    });
  }

  geluHalf(x: Value): Value {
    return this.other("geluHalf", [x], x.columns, (ops, [y]) => ops.geluHalf(y), {
      operation: "geluHalf",
    });
  }

  reluSquared(x: Value): Value {
    return this.other("reluSquared", [x], x.columns, (ops, [y]) => ops.reluSquared(y), {
      operation: "reluSquared",
    });
  }

  gegluHalf(gate: Value, up: Value): Value {
    return this.other("gegluHalf", [gate, up], gate.columns, (ops, [g, u]) => ops.gegluHalf(g, u), {
      operation: "gegluHalf",
    });
  }

  sigmoidGate(x: Value, gate: Value): Value {
    return this.other("sigmoidGate", [x, gate], x.columns, (ops, [y, g]) => ops.sigmoidGate(y, g), {
      operation: "sigmoidGate",
    });
  }

  slice(x: Value, heads: number, start: number, length: number): Value {
    return this.other("slice", [x], heads * length, (ops, [y]) => ops.slice(y, heads, start, length), {
      operation: "slice",
      heads,
      start,
      length,
    });
  }

  join(a: Value, b: Value, heads: number, length: number): Value {
    const columns = a.columns + heads * length;
    return this.other("join", [a, b], columns, (ops, [y, z]) => ops.join(y, z, heads, length), {
      operation: "join",
      heads,
      length,
    });
  }

  matmulHeads(weight: Weight, x: Value, heads: number): Value {
    return this.other("matmulHeads", [x], weight.rows, (ops, [y]) => ops.matmulHeads(weight, y, heads), {
      operation: "matmulHeads",
      weight,
      heads,
    });
  }

  route(logits: Value, bias: Weight | undefined, routing: Routing): Value {
    const replay: OtherNode["replay"] = (ops, [y]) => ops.route(y, bias, routing);
    return this.other("route", [logits], logits.columns, replay, { operation: "route", bias, routing });
  }

  expertHidden(
    x: Value,
    weights: Value,
    projections: Pick<ExpertProjections, "gate" | "up">,
    options: ExpertOptions,
  ): Value {
    const columns = (options.used * projections.gate.weight.rows) / weights.columns;
    const replay: OtherNode["replay"] = (ops, [y, w]) => ops.expertHidden(y, w, projections, options);
    return this.other("expertHidden", [x, weights], columns, replay, {
      operation: "expertHidden",
      projections,
      options,
    });
  }

  expertSum(hidden: Value, weights: Value, down: ExpertProjection, isWeighed: boolean): Value {
    const columns = down.weight.rows / weights.columns;
    const replay: OtherNode["replay"] = (ops, [h, w]) => ops.expertSum(h, w, down, isWeighed);
    return this.other("expertSum", [hidden, weights], columns, replay, { operation: "expertSum", down, isWeighed });
  }

  /** An operation whose rows are its first input's. */
  protected other(
    operation: keyof Operations,
    inputs: readonly Value[],
    columns: number,
    replay: OtherNode["replay"],
    step?: Step,
  ): Value {
    const refs = inputs as readonly ValueRef[];
    const out = this.symbol(columns, refs[0].rows);
    return this.record({ kind: "other", operation, inputs: refs, out, replay, step });
  }

  protected abstract record(node: OtherNode): ValueRef;

  protected abstract symbol(columns: number, rows: ValueRef["rows"]): ValueRef;
}
