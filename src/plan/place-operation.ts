import type { AttentionOptions, Projection, Rotary, Weight } from "../tensor/index.ts";
import type { Operation, Products } from "./operation.ts";
import type { PlacedOperation, PlacedPart, PlacedRotary, Slot } from "./placed.ts";
import { type Places, placeVariant } from "./place-variants.ts";
import type { WasmWeight } from "./wasm-weight.ts";

type Bare<T> = T extends unknown ? Omit<T, "meeting" | "arena" | "names"> : never;

/** An operation with places instead of values and weights. */
export function placeOperation(
  operation: Operation,
  places: Places,
  rotary: (rotary: Rotary) => PlacedRotary,
): Bare<PlacedOperation> {
  const { slot, vector, numbers } = places;
  switch (operation.kind) {
    case "embed": {
      const { kernelFormat, dtype, address, packedBytes, rows } = wasm(operation.table);
      return {
        kind: "embed",
        format: kernelFormat,
        formatName: dtype.name,
        weight: address,
        rowBytes: packedBytes / rows,
        out: slot(operation.out),
      };
    }
    case "outputs":
    case "quantize":
    case "copy":
      return { kind: operation.kind, x: slot(operation.x), out: slot(operation.out) };
    case "rmsNorm": {
      const { x, weight, epsilon, out } = operation;
      const place = { weight: vector(weight), length: weight.columns };
      return { kind: "rmsNorm", x: slot(x), ...place, epsilon, out: slot(out) };
    }
    case "products":
      return placeProducts(operation, places);
    case "swiglu":
      return { kind: "swiglu", gate: slot(operation.gate), up: slot(operation.up), out: slot(operation.out) };
    case "add":
      return { kind: "add", a: slot(operation.a), b: slot(operation.b), out: slot(operation.out) };
    case "rope":
      return { kind: "rope", x: slot(operation.x), rotary: rotary(operation.rotary), out: slot(operation.out) };
    case "store": {
      const { query, key, value, rotate, options } = operation;
      const rotated = rotate && {
        rotate: { query: rotary(rotate.query), key: rotary(rotate.key) },
        rotatedQuery: slot(rotate.queryOut),
        rotatedKey: slot(rotate.keyOut),
      };
      const values = { query: slot(query), key: slot(key), value: slot(value) };
      const unrotated = { rotatedQuery: values.query, rotatedKey: values.key };
      return { kind: "store", ...values, ...unrotated, ...rotated, options: bare(options) };
    }
    case "attend": {
      const { query, options, out } = operation;
      const sinks = options.sinks === undefined ? 0 : vector(options.sinks);
      const slopes = options.slopes === undefined ? 0 : numbers(options.slopes);
      return { kind: "attend", query: slot(query), options: bare(options), sinks, slopes, out: slot(out) };
    }
    case "mergeSpans": {
      const { x, options, out } = operation;
      const sinks = options.sinks === undefined ? 0 : vector(options.sinks);
      return { kind: "mergeSpans", x: slot(x), options: bare(options), sinks, out: slot(out) };
    }
    case "other": {
      const { inputs, out } = operation;
      return { kind: "other", operation: operation.operation, inputs: inputs.map(slot), out: slot(out) };
    }
    case "attention":
      throw new TypeError("attention is placed in two halves");
    default:
      return placeVariant(operation, places);
  }
}

function placeProducts({ x, quantized, parts, then }: Products, { slot, vector }: Places): Bare<PlacedOperation> {
  return {
    kind: "products",
    x: slot(x),
    quantized: quantized && slot(quantized),
    parts: parts.map(({ projection, factor, out }) => placePart(projection, factor, slot(out), vector)),
    then: then && placeFollower(then, slot),
  };
}

function placeFollower(then: NonNullable<Products["then"]>, slot: Places["slot"]) {
  const out = slot(then.out);
  return then.kind === "add" ? { ...then, other: slot(then.other), out } : { ...then, out };
}

function placePart(
  { weight, scale, bias, outputScale }: Projection,
  factor: number | undefined,
  out: Slot,
  vector: Places["vector"],
): PlacedPart {
  const { kernelFormat, dtype, address, packedBytes, rows, integers } = wasm(weight);
  return {
    kernel: integers && `matmul${integers}`,
    format: kernelFormat,
    formatName: dtype.name,
    weight: address,
    weightBytes: packedBytes,
    rows,
    out,
    scale: scale === undefined ? 1 : wasm(scale).first,
    bias: bias === undefined ? 0 : vector(bias),
    outputScale: factor ?? (outputScale === undefined ? 1 : wasm(outputScale).first),
  };
}

function wasm(weight: Weight): WasmWeight {
  return weight as WasmWeight;
}

/** Plans are sent to workers, weights are not. */
function bare(options: AttentionOptions): AttentionOptions {
  return { ...options, sinks: undefined, slopes: undefined };
}
