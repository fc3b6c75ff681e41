import type { Rotary, Weight } from "../tensor/index.ts";
import { BlockPool } from "./arena.ts";
import type { Graph, OtherNode, ValueRef } from "./graph.ts";
import { type Housed, insertCopies } from "./insert-copies.ts";
import { expandVariants } from "./expand-variants.ts";
import { foldScales } from "./fold-scales.ts";
import { insertQuantization } from "./insert-quantization.ts";
import { type Meeting, findMeetings, isWhole } from "./meetings.ts";
import { mergeFollowers } from "./merge-followers.ts";
import { mergeProducts } from "./merge-products.ts";
import { type Operation, inputsOf, outputsOf } from "./operation.ts";
import type { PlacedOperation, PlacedPlan, PlacedRotary, Slot } from "./placed.ts";
import type { PlaceOptions } from "./place-options.ts";
import { placeHeaders } from "./place-headers.ts";
import { placeOperation } from "./place-operation.ts";
import { splitAttention } from "./split-attention.ts";
import { Vectors } from "./vectors.ts";
import type { WasmWeight } from "./wasm-weight.ts";

/** The plan, and what the main thread needs besides: the angle tables in the order of their numbers. */
export interface Placement {
  readonly plan: PlacedPlan;
  readonly rotaries: readonly Rotary["angles"][];
  /** For each memory, the bytes of its part of a page of the cache. */
  readonly pageBytes: readonly number[];
  /** For each memory, the bytes of what attention to one span leaves, at most. */
  readonly partialBytes: readonly number[];
  /** For each layer, the memory in which its attention is computed and its cache lies. */
  readonly layerArenas: readonly number[];
  /** By number of the operation, those without a kernel. */
  readonly others: ReadonlyMap<number, OtherNode>;
}

/** Merges what can be merged, says where threads meet, and gives every value a place in memory. */
export function placePlan(graph: Graph, options: PlaceOptions): Placement {
  const { operations, arenaOf } = housed(graph);
  const meetings = findMeetings(operations);
  const slots = placeValues(operations, meetings, arenaOf, graph.result, options);
  const slot = (value: ValueRef) => slots.get(value.id)!;

  const rotaries: Rotary["angles"][] = [];
  const rotary = ({ headLength, rotaryLength, pairing, angles }: Rotary): PlacedRotary => {
    if (!rotaries.includes(angles)) rotaries.push(angles);
    return { headLength, rotaryLength, pairing, table: rotaries.indexOf(angles) };
  };
  const vectors = new Vectors(options.arenas);
  const others = new Map<number, OtherNode>();
  const layerArenas: number[] = [];
  const pageOffsets: number[] = [];
  const pageBytes = options.arenas.map(() => 0);
  const partialBytes = options.arenas.map(() => 0);
  const names = new Map(operations.flatMap(outputsOf).map((out) => [out.id, graph.names.get(out.id) ?? []]));
  const placed = operations.map((operation, i): PlacedOperation => {
    const arena = arenaOf.get(outputsOf(operation)[0].id)!;
    if (operation.kind === "attend") {
      const { layer } = operation.options;
      layerArenas[layer] = arena;
      pageOffsets[layer] = pageBytes[arena]!;
      pageBytes[arena] += options.layerPageBytes(operation.options);
      partialBytes[arena] = Math.max(partialBytes[arena], options.partialBytes(operation.options));
    }
    const taps = outputsOf(operation).flatMap((out) => names.get(out.id)!.map((name) => [name, slot(out)] as const));
    if (operation.kind === "other") others.set(i, operation);
    const places = {
      slot,
      vector: (weight: Weight) => vectors.weight(weight as WasmWeight, arena),
      numbers: (numbers: Float32Array) => vectors.numbers(numbers, arena),
    };
    return { ...placeOperation(operation, places, rotary), meeting: meetings[i], arena, names: taps };
  });
  const { threads, maxBatch, maxOutputs } = options;
  const headers = placeHeaders(options, rotaries);
  const result = slot(graph.result);
  const extent = extentOf(pageBytes);
  const cache = { extent, offsets: pageOffsets.map((offset) => offset * extent) };
  const plan = { operations: placed, result, maxBatch, maxOutputs, threads, headers, cache };
  return { plan, rotaries, layerArenas, pageBytes, partialBytes, others };
}

/** Bytes of an extent of the cache, of which little is ever used where texts are short: but then it is not touched. */
const extentBytes = 2 ** 26;

/** How many pages lie in an extent: more are read faster. */
function extentOf(pageBytes: readonly number[]): number {
  const pages = extentBytes / pageBytes.reduce((sum, bytes) => sum + bytes, 1);
  return 8 * Math.min(8, Math.max(1, Math.floor(pages / 8)));
}

function housed(graph: Graph): Housed {
  const wasm = (weight: Weight) => weight as WasmWeight;
  const together = (a: Weight, b: Weight) => wasm(a).arena === wasm(b).arena;
  let operations = mergeProducts(foldScales(graph), (a, b) => together(a.projection.weight, b.projection.weight));
  operations = expandVariants(operations, together);
  operations = mergeFollowers(operations, graph.result);
  operations = splitAttention(operations, graph.result);
  operations = insertQuantization(operations, (weight) => wasm(weight).integers !== undefined);
  return insertCopies(operations, (operation) => {
    const weight = matrixOf(operation);
    return weight && wasm(weight).arena;
  });
}

/** The weight in whose memory an operation is computed. */
function matrixOf(operation: Operation): Weight | undefined {
  switch (operation.kind) {
    case "embed":
      return operation.table;
    case "products":
    case "expertProducts":
      return operation.parts[0].projection.weight;
    case "expertSums":
      return operation.projection.weight;
    case "headProducts":
    case "rmsNorm":
      return operation.weight;
    case "step":
      return operation.step.operation === "embedPositions" ? operation.step.table : undefined;
    default:
      return undefined;
  }
}

/**
 * Gives each value a block, and takes it back for others after its last use; not before the next meeting though, since
 * until then a slower thread may still read it.
 */
function placeValues(
  operations: readonly Operation[],
  meetings: readonly Meeting[],
  arenaOf: ReadonlyMap<number, number>,
  result: ValueRef,
  { arenas, threads, maxBatch, maxOutputs, quantizedBytes }: PlaceOptions,
): Map<number, Slot> {
  const lastUse = new Map<number, number>();
  operations.forEach((operation, i) => {
    for (const { id } of [...inputsOf(operation), ...outputsOf(operation)]) lastUse.set(id, i);
  });
  lastUse.set(result.id, operations.length);
  const lastUsed: number[][] = operations.map(() => []);
  for (const [id, i] of lastUse) lastUsed[i]?.push(id);

  const pools = arenas.map((arena) => new BlockPool(arena));
  const slots = new Map<number, Slot>();
  const quantized = new Set(operations.filter(({ kind }) => kind === "quantize").map((o) => outputsOf(o)[0].id));
  const leaving: (() => void)[][] = [[]];
  operations.forEach((operation, i) => {
    if (meetings[i] === "always") for (const release of leaving.splice(0, leaving.length, []).flat()) release();
    // A copy of an 8-bit form is one too.
    if (operation.kind === "copy" && quantized.has(operation.x.id)) quantized.add(operation.out.id);
    for (const { id, columns, rows } of outputsOf(operation)) {
      const arena = arenaOf.get(id)!;
      const rowBytes = quantized.has(id) ? quantizedBytes(columns) : 4 * columns;
      const bytes = rowBytes * (rows === "tokens" ? maxBatch : maxOutputs);
      const ownStride = Math.ceil(rowBytes / 64) * 64;
      const ownBytes = (isWhole(operation) || operation.kind === "store") && threads > 1 ? ownStride * threads : 0;
      const shared = pools[arena].allocate(bytes);
      const own = ownBytes > 0 ? pools[arena].allocate(ownBytes) : 0;
      slots.set(id, { arena, shared, own, ownStride, rowBytes, columns, rows });
    }
    for (const id of lastUsed[i]) {
      const { arena, shared, own, ownStride, rowBytes, rows } = slots.get(id)!;
      leaving[0].push(() => {
        pools[arena].release(shared, rowBytes * (rows === "tokens" ? maxBatch : maxOutputs));
        if (own !== 0) pools[arena].release(own, ownStride * threads);
      });
    }
  });
  return slots;
}
