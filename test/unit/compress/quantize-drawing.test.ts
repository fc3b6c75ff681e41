import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { drawErrors } from "../../../scripts/draw-quantisation.ts";

it("the chapter's drawing is what the formats give", () => {
  const file = new URL("../../../docs/quantisation-error.svg", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(drawErrors());
});
