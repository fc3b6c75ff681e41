/** The law of attention over the paged cache, and of putting keys and values there. */
import fc from "fast-check";
import { attention, roundToBfloat16 } from "../../kernels/reference/index.ts";
import { type Kind, kinds, singles, stream } from "./wasm-data.ts";
import { law } from "./wasm-harness.ts";

interface AttentionCase {
  readonly tokens: number;
  readonly lastPosition: number;
  readonly kvHeads: number;
  readonly group: number;
  readonly keyLength: number;
  readonly valueLength: number;
  readonly softCap: number;
  readonly window: number;
  readonly hasSinks: boolean;
  readonly hasSlopes: boolean;
  readonly bf16: boolean;
  readonly cut: number;
  /** Pages of an extent. */
  readonly extent: number;
  /** What scores are multiplied by: exponentials of numbers far below the largest are computed in another way. */
  readonly spread: number;
  readonly kind: Kind;
  readonly seed: number;
}

const sometimes = (max: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max }));

/** At the edges of chunks and, rarely since that takes long, of spans. */
const lengths = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(63, 64, 127, 128) },
  { weight: 1, arbitrary: fc.constantFrom(511, 512, 575, 1030) },
);

const cases: fc.Arbitrary<AttentionCase> = fc.record({
  tokens: fc.integer({ min: 1, max: 3 }),
  lastPosition: fc.oneof(fc.nat({ max: 10 }), fc.nat({ max: 140 }), lengths),
  kvHeads: fc.integer({ min: 1, max: 2 }),
  group: fc.integer({ min: 1, max: 6 }),
  keyLength: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 24, 32)),
  valueLength: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 20, 32)),
  softCap: sometimes(40),
  window: sometimes(150),
  hasSinks: fc.boolean(),
  hasSlopes: fc.boolean(),
  bf16: fc.boolean(),
  cut: fc.nat({ max: 40 }),
  extent: fc.constantFrom(8, 16, 24, 64),
  spread: fc.constantFrom(1, 1, 40),
  kind: kinds,
  seed: fc.nat(),
});

/** Three sequences' worth of data: token t belongs to a sequence of its own, whose pages lie in an order of its own. */
function data(input: AttentionCase) {
  const { tokens, lastPosition, kvHeads, group, keyLength, valueLength, spread, kind, seed } = input;
  const heads = kvHeads * group;
  const pages = tokens * (Math.floor(lastPosition / 64) + 1);
  const next = stream(seed);
  const free = Array.from({ length: pages }, (_, page) => page);
  const tables = Array.from({ length: tokens }, () =>
    Int32Array.from({ length: pages / tokens }, () => free.splice(next() % free.length, 1)[0]),
  );
  return {
    heads,
    pages,
    tables,
    positions: Int32Array.from({ length: tokens }, (_, t) => Math.max(0, lastPosition - 3 * t)),
    query: singles(tokens * heads * keyLength, kind, seed + 1),
    keys: singles(pages * 64 * kvHeads * keyLength, kind, seed + 2),
    values: singles(pages * 64 * kvHeads * valueLength, kind, seed + 3),
    sinks: singles(heads, "ordinary", seed + 4),
    slopes: singles(heads, "ordinary", seed + 5),
    scale: Math.fround(spread / Math.sqrt(keyLength)),
  };
}

export const attentionLaw = law<AttentionCase>({
  name: "storeKeyValue and attention",
  cases,
  reference(input) {
    const { tokens, kvHeads, keyLength, valueLength, softCap, window, hasSinks, hasSlopes } = input;
    const d = data(input);
    if (input.bf16) for (const x of [d.keys, d.values]) roundToBfloat16(x, x);
    const all = new Float32Array(tokens * d.heads * valueLength);
    for (let t = 0; t < tokens; t++) {
      attention({
        query: d.query.subarray(t * d.heads * keyLength, (t + 1) * d.heads * keyLength),
        position: d.positions[t],
        heads: d.heads,
        kvHeads,
        keyLength,
        valueLength,
        scale: d.scale,
        pageTable: d.tables[t],
        keys: d.keys,
        values: d.values,
        out: all.subarray(t * d.heads * valueLength, (t + 1) * d.heads * valueLength),
        softCap: softCap === 0 ? undefined : softCap,
        window: window === 0 ? undefined : window,
        sinks: hasSinks ? d.sinks : undefined,
        slopes: hasSlopes ? d.slopes : undefined,
      });
    }
    return all;
  },
  kernel(kernels, heap, input) {
    const { tokens, kvHeads, keyLength, valueLength, softCap, window, hasSinks, hasSlopes, cut, extent } = input;
    const bf16 = Number(input.bf16);
    const d = data(input);
    const extentBytes = extent * kernels.cachePageBytes(kvHeads, keyLength, valueLength, bf16);
    const cache = heap.take(Math.ceil(d.pages / extent) * extentBytes);
    const entries = d.tables.map((table) =>
      table.map((page) => Math.floor(page / extent) * extentBytes + (page % extent)),
    );
    const [keys, values] = [heap.put(d.keys), heap.put(d.values)];

    // Each sequence's keys and values up to its token's position, as if all had come in one batch.
    for (let t = 0; t < tokens; t++) {
      const table = heap.put(entries[t]);
      const count = d.positions[t] + 1;
      const positions = heap.put(Int32Array.from({ length: count }, (_, p) => p));
      const tables = heap.put(new Int32Array(count).fill(table));
      // Page by page, since the reference's rows of a page are in order.
      for (let p = 0; p < count; p += 64) {
        const row = d.tables[t][p / 64] * 64;
        const some = Math.min(64, count - p);
        const [k, v] = [keys + 4 * row * kvHeads * keyLength, values + 4 * row * kvHeads * valueLength];
        const [keyStride, valueStride] = [kvHeads * keyLength, kvHeads * valueLength];
        const shape = [cache, extent, kvHeads, keyLength, valueLength, bf16] as const;
        kernels.storeKeyValue(k, keyStride, v, valueStride, some, positions + 4 * p, tables + 4 * p, ...shape);
      }
    }

    const addresses = entries.map((table) => heap.put(table));
    const tables = heap.put(Int32Array.from(addresses));
    const positions = heap.put(d.positions);
    const [query, sinks, slopes] = [heap.put(d.query), heap.put(d.sinks), heap.put(d.slopes)];
    const outLength = d.heads * valueLength;
    const out = heap.take(4 * tokens * outLength);
    const scratch = heap.take(16 * keyLength + 32 * valueLength + 26_000);
    const guard = heap.put(new Uint8Array(16).fill(1));
    const items = tokens * d.heads;
    const middle = Math.min(cut, items);
    for (const [start, end] of [
      [middle, items],
      [0, middle],
    ] as const) {
      kernels.attention(
        query,
        d.heads * keyLength,
        out,
        outLength,
        d.heads,
        kvHeads,
        keyLength,
        valueLength,
        d.scale,
        softCap,
        window,
        hasSinks ? sinks : 0,
        hasSlopes ? slopes : 0,
        positions,
        tables,
        cache,
        extent,
        bf16,
        start,
        end,
        scratch,
      );
    }
    if (heap.bytes(guard, 16).some((byte) => byte !== 1)) throw new Error("attention wrote past its scratch memory");
    const whole = heap.floats(out, tokens * outLength).slice();

    // The first token once more, in parts.
    const first = window === 0 ? 0 : Math.max(0, d.positions[0] - window + 1);
    const spans = Math.floor(d.positions[0] / 512) - Math.floor(first / 512) + 1;
    const partials = heap.take(d.heads * spans * kernels.partialBytes(valueLength));
    const partGuard = heap.put(new Uint8Array(16).fill(1));
    const parts = d.heads * spans;
    for (const [start, end] of [
      [Math.min(cut, parts), parts],
      [0, Math.min(cut, parts)],
    ] as const) {
      kernels.attendSpans(
        query,
        d.heads,
        kvHeads,
        keyLength,
        valueLength,
        d.scale,
        softCap,
        hasSlopes ? slopes : 0,
        first,
        d.positions[0],
        addresses[0],
        cache,
        extent,
        bf16,
        start,
        end,
        partials,
        scratch,
      );
    }
    kernels.mergeSpans(partials, d.heads, spans, valueLength, hasSinks ? sinks : 0, out, scratch);
    if (heap.bytes(partGuard, 16).some((byte) => byte !== 1)) throw new Error("attendSpans wrote past its partials");
    const parted = heap.floats(out, outLength);
    if (!parted.every((value, i) => Object.is(value, whole[i]))) throw new Error("parts of attention differ from it");
    return whole;
  },
});
