import * as kernels from "../../kernels/reference/index.ts";
import type { Batch } from "./batch.ts";
import type { Precision } from "./backend.ts";
import type { Value, Weight } from "./operations.ts";
import { type ReferenceValue, vector, zeros } from "./reference-value.ts";
import type { ReferenceWeight } from "./reference-weight.ts";
import type { ExpertOptions, ExpertProjection, ExpertProjections, VariantOperations } from "./variant-operations.ts";

/** The operations of other architectures than LLaMA, by the scalar kernels that define them. */
export class ReferenceVariants implements VariantOperations {
  protected readonly batch: Batch;
  protected readonly precision: Precision;

  constructor(batch: Batch, precision: Precision) {
    this.batch = batch;
    this.precision = precision;
  }

  embedPositions(table: Weight): Value {
    const { format, bytes, columns } = table as ReferenceWeight;
    const out = zeros(this.batch.tokens.length, columns);
    kernels.embed(format, bytes, columns, this.batch.positions, out.data);
    return out;
  }

  layerNorm(x: Value, weight: Weight, bias: Weight | undefined, epsilon: number): Value {
    const biasData = bias === undefined ? undefined : vector(bias);
    return map(x, (data, out) => kernels.layerNorm(data, vector(weight), biasData, epsilon, out, weight.columns));
  }

  addBias(x: Value, bias: Weight): Value {
    return map(x, (data, out) => kernels.addBias(data, vector(bias), out.length / x.columns, out));
  }

  scale(x: Value, factor: number): Value {
    return map(x, (data, out) => kernels.scale(data, factor, out));
  }

  positionScale(x: Value, options: kernels.PositionScale): Value {
    return map(x, (data, out) => kernels.positionScale(data, this.batch.positions, options, out));
  }

  softCap(x: Value, cap: number): Value {
    return map(x, (data, out) => kernels.softCap(data, cap, out));
  }

  clamp(x: Value, limit: number): Value {
    return map(x, (data, out) => kernels.clamp(data, limit, out));
  }

  geluHalf(x: Value): Value {
    return map(x, kernels.geluHalf);
  }

  reluSquared(x: Value): Value {
    return map(x, kernels.reluSquared);
  }

  gegluHalf(gate: Value, up: Value): Value {
    return map(gate, (data, out) => kernels.gegluHalf(data, (up as ReferenceValue).data, out));
  }

  sigmoidGate(x: Value, gate: Value): Value {
    return map(x, (data, out) => kernels.sigmoidGate(data, (gate as ReferenceValue).data, x.columns, out));
  }

  slice(x: Value, heads: number, start: number, length: number): Value {
    const { rows, columns, data } = x as ReferenceValue;
    const out = zeros(rows, heads * length);
    kernels.slice(data, columns / heads, start, length, out.data);
    return out;
  }

  join(a: Value, b: Value, heads: number, length: number): Value {
    const { rows, columns, data } = a as ReferenceValue;
    const out = zeros(rows, columns + heads * length);
    kernels.join(data, (b as ReferenceValue).data, rows, heads, out.data);
    return out;
  }

  matmulHeads(weight: Weight, x: Value, heads: number): Value {
    const { rows, data } = x as ReferenceValue;
    const out = zeros(rows, weight.rows);
    kernels.matmulHeads(this.precision, weight as ReferenceWeight, data, rows, heads, out.data);
    return out;
  }

  route(logits: Value, bias: Weight | undefined, routing: kernels.Routing): Value {
    const biasData = bias === undefined ? undefined : vector(bias);
    return map(logits, (data, out) => kernels.route(data, biasData, logits.columns, routing, out));
  }

  expertHidden(
    x: Value,
    weights: Value,
    { gate, up }: Pick<ExpertProjections, "gate" | "up">,
    options: ExpertOptions,
  ): Value {
    const { rows, data } = x as ReferenceValue;
    const out = zeros(rows, (options.used * gate.weight.rows) / weights.columns);
    const networks = { gate: matrices(gate), up: matrices(up), ...options };
    kernels.expertHidden(this.precision, data, (weights as ReferenceValue).data, rows, networks, out.data);
    return out;
  }

  expertSum(hidden: Value, weights: Value, down: ExpertProjection, isWeighed: boolean): Value {
    const { rows, data } = hidden as ReferenceValue;
    const out = zeros(rows, down.weight.rows / weights.columns);
    const shares = (weights as ReferenceValue).data;
    kernels.expertSum(this.precision, data, shares, rows, matrices(down), isWeighed, out.data);
    return out;
  }
}

/** A value of the same shape, whose numbers `compute` fills in. */
function map(x: Value, compute: (data: Float32Array, out: Float32Array) => void): ReferenceValue {
  const { rows, columns, data } = x as ReferenceValue;
  const out = zeros(rows, columns);
  compute(data, out.data);
  return out;
}

function matrices({ weight, scale, bias }: ExpertProjection): kernels.ExpertMatrices {
  return {
    matrix: weight as ReferenceWeight,
    scale: scale === undefined ? undefined : vector(scale),
    bias: bias === undefined ? undefined : vector(bias),
  };
}
