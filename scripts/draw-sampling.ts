/**
 * Draws the pictures of docs/sampling.md, from logits of the real model (`../shared` or PELLUCID_SHARED):
 *
 *     node scripts/draw-sampling.ts [FOLDER]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "../src/index.ts";
import { drawPictures } from "./sampling-pictures/pictures.ts";

const root = join(import.meta.dirname, "..");
const folder = process.argv[2] ?? join(root, "docs/sampling");
const shared = process.env.PELLUCID_SHARED ?? join(root, "../shared");

const model = await loadModel(join(shared, "models/SmolLM2-135M-Instruct.Q4_1.gguf"));
mkdirSync(folder, { recursive: true });
for (const [name, svg] of await drawPictures(model)) writeFileSync(join(folder, `${name}.svg`), svg);
await model.close();
