import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadModel } from "../../src/index.ts";
import { defaultOrder } from "../../src/sampling/index.ts";
import { drawPictures } from "../../scripts/sampling-pictures/pictures.ts";
import { root } from "../support/built.ts";
import { itShared, smollm2 } from "../support/shared.ts";

const chapter = readFileSync(join(root, "docs/sampling.md"), "utf8");
const folder = join(root, "docs/sampling");

it("the chapter on sampling lists the samplers in their default order, and shows every picture", () => {
  const table = chapter.slice(0, chapter.indexOf("## Temperature"));
  expect([...table.matchAll(/^\| `([a-z_]+)` \| `/gm)].map(([, name]) => name)).toEqual(defaultOrder);
  const shown = [...chapter.matchAll(/\]\(sampling\/([a-z-]+\.svg)\)/g)].map(([, name]) => name);
  expect(shown.sort()).toEqual(readdirSync(folder).sort());
});

itShared(
  "the chapter's pictures are those that the script draws",
  async () => {
    const model = await loadModel(smollm2);
    for (const [name, svg] of await drawPictures(model)) {
      expect(readFileSync(join(folder, `${name}.svg`), "utf8") === svg, `${name}: node scripts/draw-sampling.ts`).toBe(
        true,
      );
    }
    await model.close();
  },
  120_000,
);
