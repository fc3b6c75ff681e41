/** A point of the chart: a model's size and what it costs. */
export interface ChartPoint {
  readonly name: string;
  readonly sizeBytes: number;
  readonly perplexity: number;
}

const width = 640;
const height = 400;
const margin = { left: 70, right: 24, top: 24, bottom: 56 };

/** Perplexity against size as an SVG image: what lies further down and further left is better. */
export function qualityChart(points: readonly ChartPoint[]): string {
  const x = scaleOf(
    points.map(({ sizeBytes }) => sizeBytes / 1e6),
    margin.left,
    width - margin.right,
  );
  const y = scaleOf(
    points.map(({ perplexity }) => perplexity),
    height - margin.bottom,
    margin.top,
  );
  const bottom = height - margin.bottom;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<path d="M${margin.left} ${margin.top}V${bottom}H${width - margin.right}" fill="none" stroke="black"/>`,
  ];
  for (const tick of x.ticks) {
    const at = round(x.place(tick));
    lines.push(`<path d="M${at} ${bottom}v5" stroke="black"/>`);
    lines.push(`<text x="${at}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`);
  }
  for (const tick of y.ticks) {
    const at = round(y.place(tick));
    lines.push(`<path d="M${margin.left} ${at}h-5" stroke="black"/>`);
    lines.push(`<path d="M${margin.left} ${at}H${width - margin.right}" stroke="#ddd"/>`);
    lines.push(`<text x="${margin.left - 8}" y="${at + 4}" text-anchor="end">${tick}</text>`);
  }
  lines.push(`<text x="${(margin.left + width) / 2}" y="${height - 14}" text-anchor="middle">size in MB</text>`);
  lines.push(`<text transform="translate(18 ${height / 2}) rotate(-90)" text-anchor="middle">perplexity</text>`);
  for (const { name, sizeBytes, perplexity } of points) {
    const [cx, cy] = [round(x.place(sizeBytes / 1e6)), round(y.place(perplexity))];
    const isRight = cx > width * 0.6;
    lines.push(`<circle cx="${cx}" cy="${cy}" r="4" fill="#2563eb"/>`);
    lines.push(
      `<text x="${cx + (isRight ? -8 : 8)}" y="${cy - 6}" text-anchor="${isRight ? "end" : "start"}">${escape(name)}</text>`,
    );
  }
  return `${lines.join("\n")}\n</svg>\n`;
}

interface Scale {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** A linear scale over the values with some room, and round numbers in it. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = 0.12 * (high - low || Math.abs(high) || 1);
  const [least, most] = [Math.max(0, low - room), high + room];
  const rough = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  const ticks: number[] = [];
  for (let k = Math.ceil(least / step); k * step <= most; k++) ticks.push(Number((k * step).toPrecision(6)));
  return { ticks, place: (value) => from + ((value - least) / (most - least)) * (to - from) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
