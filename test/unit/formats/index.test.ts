import { describe, expect, it } from "vitest";
import * as formats from "../../../kernels/formats/index.ts";
import { withParity } from "../../../kernels/formats/grids.ts";
import { dtypeByName } from "../../../src/tensor/dtype.ts";

const { blockFormats, formatByName, isIntegerFormat } = formats;

describe("the list of formats", () => {
  it("agrees with the table of tensor types on names and sizes", () => {
    for (const { name, blockLength, blockBytes } of blockFormats) {
      expect(dtypeByName(name)).toMatchObject({ name, blockLength, blockBytes });
    }
  });

  it("finds each by name, and exports it by that name", () => {
    for (const format of blockFormats) {
      expect(formatByName(format.name)).toBe(format);
      expect(formats).toHaveProperty(format.name, format);
    }
    expect(formatByName("q4_1")).toBeUndefined();
    expect(formatByName("constructor")).toBeUndefined();
  });

  it("has integers for all but the floats", () => {
    const floats = blockFormats.filter((format) => !isIntegerFormat(format)).map(({ name }) => name);
    expect(floats).toEqual(["F32", "F16", "BF16", "NVFP4"]);
  });

  it("has whole groups of 32 in every block of integers", () => {
    for (const format of blockFormats.filter(isIntegerFormat)) expect(format.blockLength % 32).toBe(0);
  });
});

describe("signs of the IQ formats", () => {
  it("are even in number", () => {
    for (let signs = 0; signs < 128; signs++) {
      const all = withParity(signs);
      expect(all & 127).toBe(signs);
      expect(all.toString(2).replaceAll("0", "").length % 2).toBe(0);
    }
  });
});
