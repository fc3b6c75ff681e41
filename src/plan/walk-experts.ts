import type { PlacedOperation, PlacedStack, Slot } from "./placed.ts";
import type { Walk } from "./walk.ts";
import { rowOf } from "./walk-step.ts";

type HeadProducts = Extract<PlacedOperation, { kind: "headProducts" }>;
type ExpertProducts = Extract<PlacedOperation, { kind: "expertProducts" }>;
type ExpertSums = Extract<PlacedOperation, { kind: "expertSums" }>;

/** Columns of the result go to threads in so many at a time. */
const unit = 16;

/** Where an operation's input lies, in both forms. */
type Input = Pick<HeadProducts, "arena" | "x"> & { readonly quantized?: Slot | undefined };

/** Products of each head with its matrix: all heads' rows, one after the other, are cut among the threads. */
export function walkHeadProducts(walk: Walk, operation: HeadProducts): void {
  const { stack, heads, out } = operation;
  const all = walk.part(heads * stack.rows, unit);
  for (let head = 0; head < heads; head++) {
    const start = Math.max(0, all.start - head * stack.rows);
    const end = Math.min(stack.rows, all.end - head * stack.rows);
    if (start >= end) continue;
    for (let row = 0; row < walk.rowsOf(out); row++) {
      multiply(walk, operation, stack, head, row, head, walk.at(out, row, head * stack.rows), start, end);
    }
  }
}

/**
 * Products of each token with its experts' matrices. Each expert's rows are cut among the threads; an expert's tokens come
 * after one another, so that its rows are still near.
 */
export function walkExpertProducts(walk: Walk, operation: ExpertProducts): void {
  const { arena, shares, isPerExpert, parts, then } = operation;
  const { kernels, u8 } = walk.space(arena);
  const { rows } = parts[0].stack;
  const { start, end } = walk.part(rows, unit);
  const n = end - start;
  if (n === 0) return;
  const places = eachChoice(walk, shares, (expert, row, place) => {
    for (const { stack, out } of parts) {
      const to = walk.at(out, row, place * rows);
      multiply(walk, operation, stack, expert, row, isPerExpert ? place : 0, to, start, end);
    }
    if (then === undefined) return;
    const [g, u, o] = [parts[0].out, parts[1].out, then.out].map((slot) => walk.at(slot, row, place * rows + start));
    kernels[then.kind](g, n, u, n, 1, n, o, n);
  });
  // What a token with fewer experts leaves free.
  for (const { out } of then === undefined ? parts : [then]) {
    places.forEach((taken, row) => {
      for (let column = taken * rows; column < out.columns; column += rows) {
        const to = walk.at(out, row, column + start);
        u8.fill(0, to, to + 4 * n);
      }
    });
  }
}

/** The last products of each token's experts, weighed and added up in order of the experts' numbers. */
export function walkExpertSums(walk: Walk, operation: ExpertSums): void {
  const { arena, shares, isWeighed, stack, product, out } = operation;
  const { kernels, u8 } = walk.space(arena);
  const { start, end } = walk.part(stack.rows, unit);
  if (start === end) return;
  for (let row = 0; row < walk.rowsOf(out); row++) {
    const to = walk.at(out, row, start);
    u8.fill(0, to, to + 4 * (end - start));
  }
  eachChoice(walk, shares, (expert, row, place, share) => {
    multiply(walk, operation, stack, expert, row, place, walk.at(product, row), start, end);
    const from = walk.at(product, row, start);
    kernels.addScaled(walk.at(out, row, start), from, isWeighed ? share : 1, end - start);
  });
}

/**
 * Calls `visit` for each token and each of its experts, experts ascending; `place` counts a token's experts.
 * @returns how many each token has
 */
function eachChoice(
  walk: Walk,
  shares: Slot,
  visit: (expert: number, row: number, place: number, share: number) => void,
): Int32Array {
  const rows = Array.from({ length: walk.rowsOf(shares) }, (_, row) => rowOf(walk, shares, row));
  const places = new Int32Array(rows.length);
  for (let expert = 0; expert < shares.columns; expert++) {
    rows.forEach((row, t) => {
      if (row[expert] !== 0) visit(expert, t, places[t]++, row[expert]);
    });
  }
  return places;
}

/**
 * Rows `start` … `end` of matrix `index` of a stack, times segment `segment` of a row of the input, to `out` (where row 0
 * of the matrix goes), with the matrix's scale and bias.
 */
function multiply(
  walk: Walk,
  { arena, x, quantized }: Input,
  stack: PlacedStack,
  index: number,
  row: number,
  segment: number,
  out: number,
  start: number,
  end: number,
): void {
  const { kernels, f32 } = walk.space(arena);
  const { kernel, format, weight, stride, rows, columns, scales, biases } = stack;
  const scratch = walk.scratch(arena);
  const matrix = weight + index * stride;
  if (kernel !== undefined) {
    const activation = walk.at(quantized!, row) + segment * (columns / quantized!.columns) * quantized!.rowBytes;
    kernels[kernel](matrix, columns, activation, 1, out, rows, start, end, scratch);
  } else {
    const input = walk.at(x, row, segment * columns);
    kernels.matmulF32(format, matrix, columns, input, columns, 1, out, rows, start, end, scratch);
  }
  const at = out + 4 * start;
  if (scales !== 0) kernels.scale(at, f32[scales / 4 + index], end - start, at);
  if (biases !== 0) kernels.add(at, biases + 4 * (index * rows + start), end - start, at);
}
