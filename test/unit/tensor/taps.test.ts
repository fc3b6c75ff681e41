import { describe, expect, it } from "vitest";
import { tapsOf } from "../../../src/tensor/index.ts";

describe("tapsOf", () => {
  const show = () => undefined;

  it("finds a value by its name, or by a pattern part for part", () => {
    expect(tapsOf({ logits: show }, "logits")).toHaveLength(1);
    expect(tapsOf({ "layer.*.residual": show, "layer.3.residual": show }, "layer.3.residual")).toHaveLength(2);
    expect(tapsOf({ "layer.*": show }, "layer.3.residual")).toHaveLength(0);
    expect(tapsOf({ "layer.1.residual": show }, "layer.11.residual")).toHaveLength(0);
    expect(tapsOf(undefined, "logits")).toHaveLength(0);
  });
});
