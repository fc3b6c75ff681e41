import type { PlacedOperation, PlacedStack, Slot } from "./placed.ts";
import type { Walk } from "./walk.ts";

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
  const first = walk.partStart(heads * stack.rows, unit);
  const last = walk.partEnd(heads * stack.rows, unit);
  for (let head = 0; head < heads; head++) {
    const start = Math.max(0, first - head * stack.rows);
    const end = Math.min(stack.rows, last - head * stack.rows);
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
  const { kernels, f32, u8 } = walk.space(arena);
  const { rows } = parts[0].stack;
  const start = walk.partStart(rows, unit);
  const end = walk.partEnd(rows, unit);
  const n = end - start;
  if (n === 0) return;
  const tokens = walk.rowsOf(shares);
  for (let expert = 0; expert < shares.columns; expert++) {
    for (let row = 0; row < tokens; row++) {
      const chosen = walk.at(shares, row) / 4;
      if (f32[chosen + expert] === 0) continue;
      const place = countChosen(f32, chosen, expert);
      for (let i = 0; i < parts.length; i++) {
        const to = walk.at(parts[i].out, row, place * rows);
        multiply(walk, operation, parts[i].stack, expert, row, isPerExpert ? place : 0, to, start, end);
      }
      if (then === undefined) continue;
      const column = place * rows + start;
      const gate = walk.at(parts[0].out, row, column);
      kernels[then.kind](gate, n, walk.at(parts[1].out, row, column), n, 1, n, walk.at(then.out, row, column), n);
    }
  }
  // What a token with fewer experts leaves free.
  for (let i = 0; i < (then === undefined ? parts.length : 1); i++) {
    const { out } = then ?? parts[i];
    for (let row = 0; row < tokens; row++) {
      const taken = countChosen(f32, walk.at(shares, row) / 4, shares.columns);
      for (let column = taken * rows; column < out.columns; column += rows) {
        const to = walk.at(out, row, column + start);
        u8.fill(0, to, to + 4 * n);
      }
    }
  }
}

/** The last products of each token's experts, weighed and added up in order of the experts' numbers. */
export function walkExpertSums(walk: Walk, operation: ExpertSums): void {
  const { arena, shares, isWeighed, stack, product, out } = operation;
  const { kernels, f32, u8 } = walk.space(arena);
  const start = walk.partStart(stack.rows, unit);
  const end = walk.partEnd(stack.rows, unit);
  if (start === end) return;
  const tokens = walk.rowsOf(out);
  for (let row = 0; row < tokens; row++) {
    const to = walk.at(out, row, start);
    u8.fill(0, to, to + 4 * (end - start));
  }
  for (let expert = 0; expert < shares.columns; expert++) {
    for (let row = 0; row < tokens; row++) {
      const chosen = walk.at(shares, row) / 4;
      const share = f32[chosen + expert];
      if (share === 0) continue;
      const place = countChosen(f32, chosen, expert);
      multiply(walk, operation, stack, expert, row, place, walk.at(product, row), start, end);
      const from = walk.at(product, row, start);
      kernels.addScaled(walk.at(out, row, start), from, isWeighed ? share : 1, end - start);
    }
  }
}

/** How many of the first `end` experts a token, whose shares lie from `at` on, has chosen. */
function countChosen(shares: Float32Array, at: number, end: number): number {
  let count = 0;
  for (let expert = 0; expert < end; expert++) if (shares[at + expert] !== 0) count++;
  return count;
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
