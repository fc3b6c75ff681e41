import { stripVTControlCharacters } from "node:util";
import { colorOf } from "./color.ts";
import { type Attention, label } from "./read-attention.ts";

export interface TextOptions {
  /** Bits of colour, as `stream.getColorDepth()` tells: 24 and 8 are used, less means blocks of four shades. */
  readonly colorDepth?: number;
  /** Columns of the terminal; undefined for no limit. */
  readonly width?: number | undefined;
}

/** A cell's share of the attention and the block that shows it without colours. */
const shades = [
  { from: 0.6, block: "█" },
  { from: 0.3, block: "▓" },
  { from: 0.1, block: "▒" },
  { from: 0.02, block: "░" },
  { from: 0, block: "·" },
] as const;

/** The heat map as lines of text: a row for each token that attends, a column for each that is attended to. */
export function toText(attention: Attention, options: TextOptions = {}): string {
  const { colorDepth = 1, width = Infinity } = options;
  const { tokens, rows, layer, head } = attention;
  const digits = String(tokens.length - 1).length;
  const labels = tokens.map((text, i) => `${String(i).padStart(digits)} ${fit(label(text), 12)} `);
  const margin = digits + 14;
  const fitting = Math.floor((width - margin) / tokens.length);
  const cellWidth = Math.max(1, Math.min(digits + 1, fitting));

  const cell = colorDepth < 8 ? shaded : colored(colorDepth);
  const lines = rows.map((row, i) => labels[i] + Array.from(row, (weight) => cell(weight, cellWidth)).join(""));
  // A column is known by the number of its token; where cells are narrow, by the last digit.
  const columns = tokens.map((_, i) => String(i).slice(-cellWidth).padStart(cellWidth)).join("");
  return [
    `Attention of layer ${layer}, head ${head}: how much each token (row) attends to itself and those before it (column)`,
    "",
    " ".repeat(margin) + columns,
    ...lines.map((line) => line.trimEnd()),
    "",
    legend(colorDepth),
  ].join("\n");
}

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;

/** Cut or padded to `width` columns of a terminal. */
function fit(text: string, width: number): string {
  let fitted = "";
  let columns = 0;
  for (const { segment } of characters.segment(stripVTControlCharacters(text))) {
    const more = wide.test(segment) ? 2 : 1;
    if (columns + more > width - 1) return fitted + "…" + " ".repeat(width - 1 - columns);
    fitted += segment;
    columns += more;
  }
  return fitted + " ".repeat(width - columns);
}

function shaded(weight: number, width: number): string {
  const { block } = shades.find(({ from }) => weight >= from) ?? shades[4];
  return width === 1 ? block : " " + block.repeat(width - 1);
}

function colored(depth: number): (weight: number, width: number) => string {
  return (weight, width) => {
    const [r, g, b] = colorOf(weight);
    const cube = (value: number) => Math.round((5 * value) / 255);
    // 256 colours: 16 of the terminal's own, then a cube of 6 × 6 × 6.
    const code = depth >= 24 ? `2;${r};${g};${b}` : `5;${16 + 36 * cube(r) + 6 * cube(g) + cube(b)}`;
    return `\u001b[48;${code}m${" ".repeat(width)}\u001b[0m`;
  };
}

function legend(colorDepth: number): string {
  if (colorDepth >= 8) {
    const bar = Array.from({ length: 21 }, (_, i) => colored(colorDepth)(i / 20, 1)).join("");
    return `0 % ${bar} 100 %`;
  }
  const parts = shades.map(({ from, block }) => (from === 0 ? `${block} less` : `${block} from ${100 * from} %`));
  return parts.join("   ");
}
