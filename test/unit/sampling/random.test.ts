import { describe, expect, it } from "vitest";
import { createRandom, xoshiro128 } from "../../../src/sampling/random.ts";

/** The definition (Blackman and Vigna), in integers of any size. */
function* definition(start: readonly number[]): Generator<number, never> {
  const word = (x: bigint) => x & 0xffffffffn;
  const rotate = (x: bigint, k: bigint) => word((x << k) | (x >> (32n - k)));
  let [a, b, c, d] = start.map(BigInt);
  for (;;) {
    yield Number(word(rotate(word(b * 5n), 7n) * 9n));
    const t = word(b << 9n);
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11n);
  }
}

describe("the random source", () => {
  it("is xoshiro128**", () => {
    const start = [1, 2, 3, 4];
    const next = xoshiro128(Uint32Array.from(start));
    const expected = definition(start);
    const numbers = Array.from({ length: 1000 }, next);
    expect(numbers).toEqual(Array.from({ length: 1000 }, () => expected.next().value));
    expect(numbers.slice(0, 4)).toEqual([11520, 0, 5927040, 70819200]);
  });

  it("gives the same numbers for the same seed, whatever the version and the runtime", () => {
    const random = createRandom(42);
    expect([random(), random(), random()]).toMatchInlineSnapshot(`
      [
        0.6606157208001621,
        0.1117019639532224,
        0.0791056456144914,
      ]
    `);
  });

  it.each([0, 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])("spreads over [0, 1) from seed %d", (seed) => {
    const random = createRandom(seed);
    const numbers = Array.from({ length: 20_000 }, random);
    const counts = new Array<number>(10).fill(0);
    for (const number of numbers) counts[Math.floor(number * 10)]++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });

  it("differs from seed to seed, in the upper half of the bits too", () => {
    const first = [0, 1, 2, 2 ** 32, 2 ** 33, 2 ** 32 + 1, 2 ** 53 - 1].map((seed) => createRandom(seed)());
    expect(new Set(first).size).toBe(first.length);
  });

  it.each([-1, 0.5, NaN, 2 ** 53])("refuses seed %d", (seed) => {
    expect(() => createRandom(seed)).toThrow("seed must be a whole number");
  });
});
