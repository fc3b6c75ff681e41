/** Laws that any implementation of the operations keeps, whatever order or machine it computes on. */
import fc from "fast-check";
import { type BlockFormat, blockFormats } from "../../kernels/formats/index.ts";
import type { AttentionInput, Matrix } from "../../kernels/reference/index.ts";
import { property } from "../support/property.ts";
import { assertEqualBits } from "./bits.ts";
import { attentionInput, product } from "./kernels-arbitraries.ts";

/** out[t][r] = Σₖ weight[r][k]·x[t][k] for rows `rowStart … rowEnd − 1`: x [tokens, columns], out [tokens, rows]. */
export type MatrixProduct = (
  weight: Matrix,
  x: Float32Array,
  tokens: number,
  out: Float32Array,
  rowStart: number,
  rowEnd: number,
) => void;

/** One token's attention, as `attention` of the reference. */
export type Attention = (input: AttentionInput) => void;

/** A row's products don't depend on which rows are computed with it, and other rows' places stay untouched. */
export function rowsAreIndependent(
  multiply: MatrixProduct,
  formats: readonly BlockFormat[] = blockFormats,
): Promise<void> {
  return property(product(formats), ({ weight, x, tokens, rowStart, rowEnd }) => {
    const whole = new Float32Array(tokens * weight.rows);
    multiply(weight, x, tokens, whole, 0, weight.rows);
    const part = new Float32Array(tokens * weight.rows).fill(12345);
    multiply(weight, x, tokens, part, rowStart, rowEnd);
    const expected = whole.map((y, i) => (i % weight.rows >= rowStart && i % weight.rows < rowEnd ? y : 12345));
    assertEqualBits(`${weight.format.name}, rows ${rowStart} to ${rowEnd}`, part, expected);
  });
}

/** Batched = alone: a token's products don't depend on the tokens computed with it. */
export function tokensAreIndependent(
  multiply: MatrixProduct,
  formats: readonly BlockFormat[] = blockFormats,
): Promise<void> {
  return property(product(formats), ({ weight, x, tokens }) => {
    const { rows, columns } = weight;
    const batched = new Float32Array(tokens * rows);
    multiply(weight, x, tokens, batched, 0, rows);
    for (let t = 0; t < tokens; t++) {
      const alone = new Float32Array(rows);
      multiply(weight, x.slice(t * columns, (t + 1) * columns), 1, alone, 0, rows);
      assertEqualBits(`${weight.format.name}, token ${t}`, batched.slice(t * rows, (t + 1) * rows), alone);
    }
  });
}

/** Two implementations give the same bits. */
export function productsAgree(
  a: MatrixProduct,
  b: MatrixProduct,
  formats: readonly BlockFormat[] = blockFormats,
): Promise<void> {
  return property(product(formats), ({ weight, x, tokens, rowStart, rowEnd }) => {
    const [outA, outB] = [new Float32Array(tokens * weight.rows), new Float32Array(tokens * weight.rows)];
    a(weight, x, tokens, outA, rowStart, rowEnd);
    b(weight, x, tokens, outB, rowStart, rowEnd);
    assertEqualBits(weight.format.name, outA, outB);
  });
}

/** Attention sees its own sequence only: where its pages lie, and what lies anywhere else, changes no bit. */
export function attentionSeesItsSequenceOnly(attention: Attention): Promise<void> {
  return property(fc.tuple(attentionInput(), fc.nat({ max: 5 })), ([input, gap]) => {
    attention(input);
    const pages = input.pageTable.length;
    const keyRow = input.kvHeads * input.keyLength;
    const valueRow = input.kvHeads * input.valueLength;
    // The pages in reverse, `gap` pages further on, NaN all around and at the positions after the token.
    const rows = 64 * (pages + gap + 1);
    const moved = {
      ...input,
      pageTable: Int32Array.from({ length: pages }, (_, page) => gap + pages - 1 - page),
      keys: new Float32Array(rows * keyRow).fill(NaN),
      values: new Float32Array(rows * valueRow).fill(NaN),
      out: new Float32Array(input.out.length).fill(NaN),
    };
    const first = Math.max(0, input.position - (input.window ?? Infinity) + 1);
    for (let p = first; p <= input.position; p++) {
      const from = input.pageTable[p >> 6] * 64 + (p & 63);
      const to = moved.pageTable[p >> 6] * 64 + (p & 63);
      moved.keys.set(input.keys.subarray(from * keyRow, (from + 1) * keyRow), to * keyRow);
      moved.values.set(input.values.subarray(from * valueRow, (from + 1) * valueRow), to * valueRow);
    }
    attention(moved);
    assertEqualBits(`position ${input.position}`, moved.out, input.out);
  });
}

/** Looking at the weights of attention changes no bit of its result. */
export function lookingChangesNothing(attention: Attention): Promise<void> {
  return property(attentionInput(), (input) => {
    const out = new Float32Array(input.out.length);
    attention({ ...input, out });
    attention({ ...input, weights: new Float32Array(input.heads * (input.position + 1)) });
    assertEqualBits(`position ${input.position}`, out, input.out);
  });
}

/** Two implementations of attention give the same bits. */
export function attentionsAgree(a: Attention, b: Attention): Promise<void> {
  return property(attentionInput(), (input) => {
    const [outA, outB] = [new Float32Array(input.out.length), new Float32Array(input.out.length)];
    a({ ...input, out: outA });
    b({ ...input, out: outB });
    assertEqualBits(`position ${input.position}`, outA, outB);
  });
}
