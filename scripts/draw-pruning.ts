/**
 * Draws `docs/pruning.svg`: the block influence of each layer of SmolLM2, and the perplexity of unseen stories without
 * the layers of least influence, one after another. `node scripts/draw-pruning.ts` needs the shared folder and some
 * minutes; the arithmetic being what it is, every machine draws the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseStructure, measureStructure, pruneStructure } from "../src/compress/index.ts";
import { perplexity } from "../src/index.ts";
import { corpusStories } from "../test/support/corpus.ts";
import { withLanguageModel } from "../test/support/loaded.ts";
import { sharedFolder } from "../test/support/shared-folder.ts";

/** What is drawn. */
export interface PruningFigures {
  /** Block influence. [layers] */
  readonly influence: readonly number[];
  /** The layers in the order of their influence, those drawn as removed. */
  readonly removed: readonly number[];
  /** With 0, 1, 2 … layers removed. */
  readonly perplexities: readonly number[];
}

const most = 10;
const source = join(sharedFolder, "models", "SmolLM2-135M-Instruct.Q4_1.gguf");

/** Computes the figures. */
export async function measurePruning(calibrationTokens = 4096, unseenTokens = 1024): Promise<PruningFigures> {
  const folder = mkdtempSync(join(tmpdir(), "pellucid-draw-"));
  try {
    const output = join(folder, "pruned.gguf");
    const { importance, unseen } = await withLanguageModel(source, async ({ tokenizer, loaded }) => {
      const tokens = tokenizer.encode(corpusStories("train-0.txt.gz", 40_000)).slice(0, calibrationTokens);
      return {
        importance: await measureStructure(loaded, tokens),
        unseen: tokenizer.encode(corpusStories("valid.txt.gz", 20_000)).slice(0, unseenTokens),
      };
    });
    const lossOf = (path: string) =>
      withLanguageModel(path, async ({ loaded }) => (await perplexity(loaded, unseen)).perplexity);
    const perplexities = [await lossOf(source)];
    for (let count = 1; count <= most; count++) {
      await pruneStructure(source, output, chooseStructure(importance, { layers: count }));
      perplexities.push(await lossOf(output));
    }
    const removed = chooseStructure(importance, { layers: 6 }).layers!;
    return { influence: [...importance.layers], removed, perplexities };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [width, height, left, right, bottom] = [640, 220, 64, 16, 30];

/** The drawing: two panels, one above the other, and what they show as JSON. */
export function drawPruning(figures: PruningFigures): string {
  const { influence, removed, perplexities } = figures;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${2 * height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${2 * height}" fill="white"/>`,
    `<desc>${JSON.stringify(figures)}</desc>`,
    ...panel(0, "block influence by layer (logarithmic; blue: the six that go first)", 0.01, 1, [0.01, 0.1, 1]),
  ];
  const step = (width - left - right) / influence.length;
  influence.forEach((value, layer) => {
    const y = yOf(0, value, 0.01, 1);
    const x = left + layer * step;
    const colour = removed.includes(layer) ? "#2563eb" : "#9ca3af";
    lines.push(`<rect x="${fix(x + 2)}" y="${fix(y)}" width="${fix(step - 4)}" height="${fix(height - bottom - y)}" fill="${colour}"/>`); // prettier-ignore
    if (layer % 5 === 0 || layer === influence.length - 1) lines.push(label(x + step / 2, height - 12, String(layer)));
  });
  lines.push(...panel(height, "perplexity of unseen stories by layers removed (logarithmic)", 4, 40, [5, 10, 20, 40]));
  const place = (count: number) => left + 16 + (count * (width - left - right - 32)) / most;
  const points = perplexities.map(
    (value, count) => [place(count), yOf(height, value, 4, 40)].map(fix) as [string, string],
  );
  lines.push(`<polyline points="${points.map((point) => point.join(",")).join(" ")}" fill="none" stroke="#2563eb" stroke-width="2"/>`); // prettier-ignore
  points.forEach(([x, y], count) => {
    lines.push(`<circle cx="${x}" cy="${y}" r="3" fill="#2563eb"/>`);
    lines.push(label(place(count), Number(y) - 8, perplexities[count].toPrecision(3)));
    lines.push(label(place(count), 2 * height - 12, String(count)));
  });
  return `${lines.join("\n")}\n</svg>\n`;
}

/** Title, grid and its numbers, of the panel that begins at `top`. */
function panel(top: number, title: string, low: number, high: number, ticks: readonly number[]): string[] {
  return [
    `<text x="${left}" y="${top + 20}">${title}</text>`,
    ...ticks.flatMap((tick) => {
      const y = fix(yOf(top, tick, low, high));
      return [
        `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="#e5e7eb"/>`,
        `<text x="${left - 8}" y="${fix(Number(y) + 4)}" text-anchor="end">${tick}</text>`,
      ];
    }),
  ];
}

function label(x: number, y: number, text: string): string {
  return `<text x="${fix(x)}" y="${fix(y)}" text-anchor="middle">${text}</text>`;
}

function yOf(top: number, value: number, low: number, high: number): number {
  const share = Math.log(Math.min(Math.max(value, low), high) / low) / Math.log(high / low);
  return top + height - bottom - share * (height - bottom - 36);
}

function fix(value: number): string {
  return String(Math.round(value * 10) / 10);
}

if (import.meta.main) {
  const figures = await measurePruning();
  writeFileSync(join(import.meta.dirname, "../docs/pruning.svg"), drawPruning(figures));
  console.log(JSON.stringify(figures));
}
