import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type PruningFigures, drawPruning } from "../../../scripts/draw-pruning.ts";

it("the chapter's drawing of pruning is what the script draws of its figures", () => {
  const drawing = readFileSync(join(import.meta.dirname, "../../../docs/pruning.svg"), "utf8");
  const figures = JSON.parse(/<desc>(.*)<\/desc>/.exec(drawing)![1]) as PruningFigures;
  expect(figures.influence).toHaveLength(30);
  expect(drawPruning(figures)).toBe(drawing);
});
