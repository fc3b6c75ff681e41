import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bfloat16ToSingle,
  halfToSingle,
  isFiniteHalf,
  singleToBfloat16,
  singleToHalf,
} from "../../../kernels/formats/index.ts";
import { property } from "../../support/property.ts";

/** The definition: sign, five bits of exponent, ten of fraction. */
function halfByDefinition(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Singles with all exponents, those about halves' limits often. */
const single = fc.oneof(
  fc.float(),
  fc.float({ min: -70000, max: 70000 }),
  fc.float({ min: Math.fround(-1e-4), max: Math.fround(1e-4) }),
);

describe("half precision", () => {
  it("reads all 65,536 as defined, and writes what it read", () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = halfToSingle(bits);
      if (!Object.is(value, halfByDefinition(bits))) expect.fail(`${bits}: ${value}`);
      const back = singleToHalf(value);
      if (Number.isNaN(value) ? !Number.isNaN(halfToSingle(back)) : back !== bits) expect.fail(`${bits}: ${back}`);
      if (isFiniteHalf(bits) !== Number.isFinite(value)) expect.fail(`${bits}: finite`);
    }
  });

  it("rounds every midpoint between neighbours to the even one, and its neighbours to the nearer", () => {
    const step = (value: number, ulps: number) => {
      const array = Float32Array.of(value);
      new Int32Array(array.buffer)[0] += ulps;
      return array[0];
    };
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (halfToSingle(bits) + halfToSingle(bits + 1)) / 2;
      const even = bits + (bits & 1);
      const rounded = [singleToHalf(middle), singleToHalf(step(middle, -1)), singleToHalf(step(middle, 1))];
      if (rounded.join() !== [even, bits, bits + 1].join()) expect.fail(`${bits}: ${rounded.join()}`);
      if (singleToHalf(-middle) !== (even | 0x8000)) expect.fail(`-${bits}`);
    }
  });

  it("becomes infinite from 65,520 on", () => {
    expect([65519.996, 65520, 1e30, Infinity, -65520].map((x) => singleToHalf(Math.fround(x)))).toEqual([
      0x7bff, 0x7c00, 0x7c00, 0x7c00, 0xfc00,
    ]);
  });

  it("takes a neighbour no farther than half a place away", () =>
    property(
      single.filter((x) => Math.abs(x) < 65520),
      (x) => {
        const bits = singleToHalf(x);
        const error = Math.abs(halfToSingle(bits) - x);
        for (const other of [bits - 1, bits + 1]) {
          if ((other & 0x7c00) !== 0x7c00)
            expect(Math.abs(halfToSingle(other & 0xffff) - x)).toBeGreaterThanOrEqual(error);
        }
      },
    ));
});

describe("bfloat16", () => {
  it("reads all 65,536 and writes what it read", () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = bfloat16ToSingle(bits);
      if (Number.isNaN(value)) expect(bfloat16ToSingle(singleToBfloat16(value))).toBeNaN();
      else if (singleToBfloat16(value) !== bits) expect.fail(`${bits}: ${value}`);
    }
  });

  it("rounds midpoints to the even neighbour, everything else to the nearer", () => {
    const word = new Uint32Array(1);
    const value = new Float32Array(word.buffer);
    for (let bits = 0; bits < 0x7f80; bits++) {
      const rounded = [0x7fff, 0x8000, 0x8001].map((low) => {
        word[0] = bits * 65536 + low;
        return singleToBfloat16(value[0]);
      });
      if (rounded.join() !== [bits, bits + (bits & 1), bits + 1].join()) expect.fail(`${bits}: ${rounded.join()}`);
    }
  });
});
