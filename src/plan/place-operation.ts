import { ModelError } from "../errors.ts";
import type { Projection, Rotary, Weight } from "../tensor/index.ts";
import type { ValueRef } from "./graph.ts";
import type { Operation, Products } from "./operation.ts";
import type { PlacedOperation, PlacedPart, PlacedRotary, Slot } from "./placed.ts";
import type { WasmWeight } from "./wasm-weight.ts";

type Bare<T> = T extends unknown ? Omit<T, "meeting" | "arena" | "names"> : never;

/** An operation with places instead of values and weights. */
export function placeOperation(
  operation: Operation,
  slot: (value: ValueRef) => Slot,
  rotary: (rotary: Rotary) => PlacedRotary,
): Bare<PlacedOperation> {
  switch (operation.kind) {
    case "embed": {
      const { format, dtype, address, bytes, rows } = wasm(operation.table);
      return {
        kind: "embed",
        format,
        formatName: dtype.name,
        weight: address,
        rowBytes: bytes / rows,
        out: slot(operation.out),
      };
    }
    case "outputs":
    case "quantize":
    case "copy":
      return { kind: operation.kind, x: slot(operation.x), out: slot(operation.out) };
    case "rmsNorm": {
      const { x, weight, epsilon, out } = operation;
      const place = { weight: wasm(weight).address, length: weight.columns };
      return { kind: "rmsNorm", x: slot(x), ...place, epsilon, out: slot(out) };
    }
    case "products":
      return placeProducts(operation, slot);
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
      const places = { query: slot(query), key: slot(key), value: slot(value) };
      return { kind: "store", ...places, rotatedQuery: places.query, rotatedKey: places.key, ...rotated, options };
    }
    case "attend": {
      const { query, options, out } = operation;
      return { kind: "attend", query: slot(query), options, out: slot(out) };
    }
    default:
      throw new ModelError(
        "NO_FAST_KERNEL",
        `there is no fast kernel for "${operation.kind}": use the reference kernels`,
      );
  }
}

function placeProducts(
  { x, quantized, parts, then }: Products,
  slot: (value: ValueRef) => Slot,
): Bare<PlacedOperation> {
  return {
    kind: "products",
    x: slot(x),
    quantized: quantized && slot(quantized),
    parts: parts.map(({ projection, out }) => placePart(projection, slot(out))),
    then:
      then?.kind === "add"
        ? { kind: "add", other: slot(then.other), out: slot(then.out) }
        : then && { kind: "swiglu", out: slot(then.out) },
  };
}

function placePart({ weight, scale, bias, outputScale }: Projection, out: Slot): PlacedPart {
  const { format, dtype, address, bytes, rows, integers } = wasm(weight);
  return {
    kernel: integers && `matmul${integers}`,
    format,
    formatName: dtype.name,
    weight: address,
    weightBytes: bytes,
    rows,
    out,
    scale: scale === undefined ? 1 : wasm(scale).first,
    bias: bias === undefined ? 0 : wasm(bias).address,
    outputScale: outputScale === undefined ? 1 : wasm(outputScale).first,
  };
}

function wasm(weight: Weight): WasmWeight {
  return weight as WasmWeight;
}
