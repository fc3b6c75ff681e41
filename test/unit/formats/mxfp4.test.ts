import { describe, expect, it } from "vitest";
import { MXFP4 } from "../../../kernels/formats/index.ts";

describe("MXFP4's scale", () => {
  const scaleOf = (largest: number) => {
    const bytes = new Uint8Array(17);
    MXFP4.pack!(new Float32Array(32).fill(largest, 3, 4), 0, 1, bytes, 0);
    return bytes[0];
  };

  it("is two powers of two below the largest magnitude", () => {
    expect([4, 6, 7.99, 8, -8, 0.5, 1].map(scaleOf)).toEqual([127, 127, 127, 128, 128, 124, 125]);
  });

  it("counts a logarithm that rounds to the next integer as that, as ggml's single-precision one does", () => {
    const below = (power: number) => Math.fround(2 ** power * (1 - 2 ** -24));
    expect([0, 1, 2, 3, 7].map((power) => scaleOf(below(power)) - power - 125)).toEqual([-1, -1, -1, 0, 0]);
  });

  it("stays within a byte for the smallest and largest values", () => {
    expect([0, 2 ** -149, 2 ** -126, 2 ** -124, 2 ** 127].map(scaleOf)).toEqual([0, 0, 0, 1, 252]);
  });
});
