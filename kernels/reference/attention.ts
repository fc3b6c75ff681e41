import { dot } from "./dot.ts";
import { exp } from "./exp.ts";
import { laneSum } from "./lane-sum.ts";
import { softCapOf } from "./soft-cap.ts";
import { type SoftmaxState, mergeSoftmaxStates } from "./softmax-state.ts";

const f = Math.fround;

/** Positions that attention takes together, and rows of a page of the cache. */
export const CHUNK = 64;
/** Positions that are computed by themselves before their results are added up. */
export const SPAN = 512;

/** The attention of one token, at `position` of its sequence, to the positions 0 … `position` of that sequence. */
export interface AttentionInput {
  /** [heads, keyLength] */
  readonly query: Float32Array;
  readonly position: number;
  readonly heads: number;
  /** Key-value heads; query head h reads key-value head ⌊h / (heads / kvHeads)⌋. */
  readonly kvHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
  /** What query · key is multiplied by, usually 1 / √keyLength. */
  readonly scale: number;
  /** Position p of the sequence is row pageTable[⌊p / 64⌋]·64 + p mod 64 of `keys` and `values`. */
  readonly pageTable: Int32Array | readonly number[];
  /** [rows, kvHeads, keyLength] */
  readonly keys: Float32Array;
  /** [rows, kvHeads, valueLength] */
  readonly values: Float32Array;
  /** [heads, valueLength] */
  readonly out: Float32Array;
  /** Bounds scores smoothly to ± this, as `softCap` does. */
  readonly softCap?: number | undefined;
  /** Sliding window: only positions above `position − window` take part. */
  readonly window?: number | undefined;
  /** A score per head that joins the softmax but has no value, as gpt-oss's `attn_sinks`. [heads] */
  readonly sinks?: Float32Array | undefined;
  /** ALiBi (Press et al. 2021, arXiv 2108.12409): slope·(i − position) is added to the score of position i. [heads] */
  readonly slopes?: Float32Array | undefined;
  /** If given, receives the softmax, for those who want to look at it; 0 outside the window. [heads, position + 1] */
  readonly weights?: Float32Array | undefined;
}

/**
 * Grouped-query attention of one token, out[h] = Σᵢ softmaxᵢ(scale·query[h]·keyᵢ)·valueᵢ, in one walk over the cache.
 *
 * Positions are taken in chunks of 64 that begin at multiples of 64, so that the order of every sum depends on
 * nothing but the position. Each chunk updates, with m′ the largest score so far and r = exp(m − m′),
 *
 *     sum ← sum·r + Σ exp(sᵢ − m′)        out[d] ← out[d]·r + Σ exp(sᵢ − m′)·valueᵢ[d]        m ← m′
 *
 * Chunks are taken in spans of 512 positions that begin at multiples of 512. Each span begins anew, so that spans can be
 * computed beside each other, and is then added to those before it (`mergeSoftmaxStates`). At the end out is divided by
 * sum. Vaswani et al. 2017 (arXiv 1706.03762), section 3.2; Ainslie et al. 2023 (arXiv 2305.13245) for grouped queries;
 * Milakov and Gimelshein 2018 (arXiv 1805.02867), algorithm 3, for one walk, and section 3.1 for adding up its parts.
 */
export function attention(input: AttentionInput): void {
  for (let head = 0; head < input.heads; head++) attendHead(input, head);
}

function attendHead(input: AttentionInput, head: number): void {
  const { position, valueLength, out } = input;
  const first = Math.max(0, position - (input.window ?? Infinity) + 1);
  let state: SoftmaxState | undefined;
  for (let start = first - (first % SPAN); start <= position; start += SPAN) {
    const span = attendSpan(input, head, Math.max(first, start), Math.min(position + 1, start + SPAN));
    if (state === undefined) state = span;
    else mergeSoftmaxStates(state, span);
  }
  const sink = input.sinks?.[head];
  // A sink is one more position, with a score and a value of 0.
  if (sink !== undefined) mergeSoftmaxStates(state!, { m: sink, sum: 1, out: new Float32Array(valueLength) });
  for (let d = 0; d < valueLength; d++) out[head * valueLength + d] = state!.out[d] / state!.sum;
  if (input.weights !== undefined) showWeights(input, head, first, state!.m, state!.sum);
}

/** The positions from `first` up to `last`, all of one span. */
function attendSpan(input: AttentionInput, head: number, first: number, last: number): SoftmaxState {
  const { kvHeads, keyLength, valueLength, pageTable, values } = input;
  const kvHead = Math.floor(head / (input.heads / kvHeads));
  const p = new Float32Array(CHUNK);
  const out = new Float32Array(valueLength);
  let m = -Infinity;
  let sum = f(0);

  for (let start = first - (first % CHUNK); start < last; start += CHUNK) {
    const row = pageTable[start / CHUNK] * CHUNK;
    const begin = Math.max(first - start, 0);
    const end = Math.min(last - start, CHUNK);

    let largest = m;
    for (let i = begin; i < end; i++) {
      p[i] = score(input, head, ((row + i) * kvHeads + kvHead) * keyLength, start + i);
      largest = Math.max(largest, p[i]);
    }
    const r = exp(f(m - largest));
    // What comes before the window stays 0, so that a position's lane in the sum is its own.
    for (let i = begin; i < end; i++) p[i] = exp(f(p[i] - largest));
    sum = f(f(sum * r) + laneSum(p, 0, end));
    for (let d = 0; d < valueLength; d++) out[d] = out[d] * r;
    for (let i = begin; i < end; i++) {
      const v = ((row + i) * kvHeads + kvHead) * valueLength;
      for (let d = 0; d < valueLength; d++) out[d] = out[d] + f(p[i] * values[v + d]);
    }
    m = largest;
  }
  return { m, sum, out };
}

/** The score of one position: scaled product, cap, ALiBi. */
function score(input: AttentionInput, head: number, keyOffset: number, position: number): number {
  let s = f(dot(input.query, head * input.keyLength, input.keys, keyOffset, input.keyLength) * f(input.scale));
  if (input.softCap !== undefined) s = softCapOf(s, f(input.softCap));
  if (input.slopes !== undefined) s = f(s + f(input.slopes[head] * (position - input.position)));
  return s;
}

/** The softmax of one head, exp(sᵢ − m) / sum, from the final maximum and sum: what `out` is the average by. */
function showWeights(input: AttentionInput, head: number, first: number, m: number, sum: number): void {
  const { position, kvHeads, keyLength, pageTable, weights } = input;
  const kvHead = Math.floor(head / (input.heads / kvHeads));
  const offset = head * (position + 1);
  weights!.fill(0, offset, offset + position + 1);
  for (let i = first; i <= position; i++) {
    const row = pageTable[Math.floor(i / CHUNK)] * CHUNK + (i % CHUNK);
    const s = score(input, head, (row * kvHeads + kvHead) * keyLength, i);
    weights![offset + i] = exp(f(s - m)) / sum;
  }
}
