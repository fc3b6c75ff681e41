/**
 * Draws `docs/quantisation-error.svg`: the error of each format on 65,536 numbers of a bell curve, against its bits.
 * `node scripts/draw-quantisation.ts`; a test compares the file with what this makes.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BlockFormat, formatByName } from "../kernels/formats/index.ts";

const names = ["TQ1_0", "TQ2_0", "Q2_K", "Q3_K", "IQ4_XS", "MXFP4", "Q4_0", "IQ4_NL", "Q4_K", "Q4_1", "Q5_0", "Q5_K"];
names.push("Q5_1", "Q6_K", "Q8_0");

const [width, rowHeight, left, right, top] = [640, 24, 130, 60, 40];

/** Sums of twelve uniform numbers: close to a bell curve, and the same on every machine. */
function bell(count: number): Float32Array {
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return Float32Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum / 32;
  });
}

/** Root mean square of the error, in hundredths of the values'. */
function errorOf(format: BlockFormat, values: Float32Array): number {
  const blocks = values.length / format.blockLength;
  const bytes = new Uint8Array(blocks * format.blockBytes);
  const back = new Float32Array(values.length);
  format.pack!(values, 0, blocks, bytes, 0);
  format.unpack(bytes, 0, blocks, back, 0);
  let error = 0;
  let square = 0;
  for (let k = 0; k < values.length; k++) {
    error += (values[k] - back[k]) ** 2;
    square += values[k] ** 2;
  }
  return 100 * Math.sqrt(error / square);
}

/** The drawing. */
export function drawErrors(): string {
  const values = bell(65536);
  const height = top + rowHeight * names.length + 16;
  // Bars are as long as the logarithm: from 0.3 % to 90 %.
  const length = (percent: number) =>
    Math.round((Math.log(percent / 0.3) / Math.log(300)) * (width - left - right) * 10) / 10;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${left}" y="22">error of a value, root mean square in % of the values' (logarithmic)</text>`,
  ];
  for (const [row, name] of names.entries()) {
    const format = formatByName(name)!;
    const percent = errorOf(format, values);
    const y = top + row * rowHeight;
    const bits = ((8 * format.blockBytes) / format.blockLength).toFixed(2);
    lines.push(`<text x="${left - 8}" y="${y + 14}" text-anchor="end">${name} (${bits} bits)</text>`);
    lines.push(`<rect x="${left}" y="${y}" width="${length(percent)}" height="18" fill="#2563eb"/>`);
    lines.push(`<text x="${left + length(percent) + 6}" y="${y + 14}">${percent.toPrecision(2)}</text>`);
  }
  return `${lines.join("\n")}\n</svg>\n`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, "../docs/quantisation-error.svg"), drawErrors());
