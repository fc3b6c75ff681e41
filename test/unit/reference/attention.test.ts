import fc from "fast-check";
import { expect, it } from "vitest";
import { attention, type AttentionInput } from "../../../kernels/reference/index.ts";
import { attentionInput } from "../../laws/kernels-arbitraries.ts";
import { property } from "../../support/property.ts";
import { expectWithin, sum, u } from "./measure.ts";

/** The textbook's attention in double precision: all scores, softmax, weighted sum. */
function naive(a: AttentionInput, head: number): { weights: number[]; out: number[] } {
  const kvHead = Math.floor((head * a.kvHeads) / a.heads);
  const row = (i: number): number => (a.pageTable[i >> 6] * 64 + (i & 63)) * a.kvHeads + kvHead;
  const scores = Array.from({ length: a.position + 1 }, (_, i) => {
    if (a.window !== undefined && i <= a.position - a.window) return -Infinity;
    const product = sum(a.keyLength, (d) => a.query[head * a.keyLength + d] * a.keys[row(i) * a.keyLength + d]);
    const s = product * a.scale;
    const capped = a.softCap === undefined ? s : a.softCap * Math.tanh(s / a.softCap);
    return capped + (a.slopes?.[head] ?? 0) * (i - a.position);
  });
  const sink = a.sinks?.[head] ?? -Infinity;
  const largest = Math.max(sink, ...scores);
  const total = Math.exp(sink - largest) + scores.reduce((l, s) => l + Math.exp(s - largest), 0);
  const weights = scores.map((s) => Math.exp(s - largest) / total);
  const out = Array.from({ length: a.valueLength }, (_, d) =>
    weights.reduce((o, w, i) => o + w * a.values[row(i) * a.valueLength + d], 0),
  );
  return { weights, out };
}

it("equals softmax attention in double precision within its rounding", () =>
  property(attentionInput(), (input) => {
    const weights = new Float32Array(input.heads * (input.position + 1)).fill(NaN);
    attention({ ...input, weights });
    // Scores are below 16·√keyLength (and slopes' below 0.5·position) and carry some roundings of that size.
    const scoreError =
      u * (16 * Math.sqrt(input.keyLength) * 12 + (input.slopes === undefined ? 0 : 2 * input.position));
    const bound = 2 * scoreError + (input.position / 2 + 40) * u;
    for (let head = 0; head < input.heads; head++) {
      const exact = naive(input, head);
      exact.weights.forEach((w, i) => {
        expectWithin(weights[head * (input.position + 1) + i], w, bound, `weight ${i}`);
      });
      exact.out.forEach((o, d) => {
        expectWithin(input.out[head * input.valueLength + d], o, 4 * bound, `out ${d}`);
      });
    }
  }));

it("the weights are 0 outside the window and, without a sink, add to 1", () =>
  property(attentionInput(), (input) => {
    const n = input.position + 1;
    const weights = new Float32Array(input.heads * n);
    attention({ ...input, weights });
    for (let head = 0; head < input.heads; head++) {
      const total = sum(n, (i) => weights[head * n + i]);
      if (input.sinks === undefined) expectWithin(total, 1, (n + 8) * u);
      else expect(total).toBeLessThan(1 + (n + 8) * u);
      for (let i = 0; i <= input.position - (input.window ?? Infinity); i++) expect(weights[head * n + i]).toBe(0);
    }
  }));

it("at position 0, and in a window of 1, the result is the value itself, bit for bit", () =>
  property(attentionInput(), (input) => {
    for (const position of [0, input.position]) {
      const out = new Float32Array(input.out.length);
      attention({ ...input, out, position, window: 1, sinks: undefined });
      const row = input.pageTable[position >> 6] * 64 + (position & 63);
      for (let i = 0; i < out.length; i++) {
        const kvHead = Math.floor((Math.floor(i / input.valueLength) * input.kvHeads) / input.heads);
        // A value of −0 comes out as 0, since sums start at 0.
        expect(out[i]).toBe(
          input.values[(row * input.kvHeads + kvHead) * input.valueLength + (i % input.valueLength)] + 0,
        );
      }
    }
  }));

it("a window beyond the sequence is none; equal heads give equal results", () =>
  property(attentionInput(), (input) => {
    const plain = new Float32Array(input.out.length);
    const windowed = new Float32Array(input.out.length);
    attention({ ...input, window: undefined, out: plain });
    attention({ ...input, window: input.position + 1, out: windowed });
    expect(windowed).toEqual(plain);
  }));

it("the definition by hand: one chunk's maximum, exponentials, sums in four lanes", () => {
  const input = { position: 1, heads: 1, kvHeads: 1, keyLength: 1, valueLength: 1, scale: 1, pageTable: [0] };
  const out = new Float32Array(1);
  attention({ ...input, query: Float32Array.of(1), keys: Float32Array.of(0, 0), values: Float32Array.of(3, 5), out });
  expect(out[0]).toBe(4);
  attention({ ...input, query: Float32Array.of(1), keys: Float32Array.of(0, 200), values: Float32Array.of(3, 5), out });
  expect(out[0]).toBe(5);
  const sinks = Float32Array.of(0);
  attention({
    ...input,
    sinks,
    query: Float32Array.of(1),
    keys: Float32Array.of(0, 0),
    values: Float32Array.of(3, 3),
    out,
  });
  expect(out[0]).toBe(2); // three equal scores, one of them without a value
  attention({ ...input, query: Float32Array.of(NaN), keys: Float32Array.of(0, 0), values: Float32Array.of(3, 5), out });
  expect(out[0]).toBeNaN();
});

it("texts longer than a span equal softmax attention in double precision too", () =>
  property(
    fc.tuple(
      fc.integer({ min: 512, max: 1600 }),
      fc.option(fc.integer({ min: 1, max: 1200 }), { nil: undefined }),
      fc.nat(),
    ),
    ([position, window, seed]) => {
      const pages = Math.floor(position / 64) + 1;
      const numbers = (length: number, from: number) =>
        Float32Array.from({ length }, (_, i) => ((Math.imul(i + from + seed, 2654435761) >>> 8) & 0xffff) / 32768 - 1);
      const input = {
        query: numbers(2 * 3, 0),
        position,
        heads: 2,
        kvHeads: 1,
        keyLength: 3,
        valueLength: 2,
        scale: 2,
        pageTable: Int32Array.from({ length: pages }, (_, page) => pages - 1 - page),
        keys: numbers(pages * 64 * 3, 7),
        values: numbers(pages * 64 * 2, 11),
        out: new Float32Array(4),
        window,
        sinks: Float32Array.of(0.5, -1),
      };
      attention(input);
      for (let head = 0; head < 2; head++) {
        naive(input, head).out.forEach((o, d) => {
          expectWithin(input.out[head * 2 + d], o, (position + 100) * u, `out ${d}`);
        });
      }
    },
    { runs: 50 },
  ));
