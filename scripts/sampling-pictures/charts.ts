import { type Spec, View, parse } from "vega";

/** A token's probability, before and after a sampler. */
export interface Bar {
  readonly label: string;
  readonly before: number;
  readonly after?: number;
}

const [grey, blue] = ["#b9bdc4", "#2166ac"] as const;

/** Probabilities side by side: before a sampler grey, after it blue. */
export async function bars(title: string, values: readonly Bar[]): Promise<string> {
  const compared = values.some(({ after }) => after !== undefined);
  const series = compared ? (["before", "after"] as const) : (["before"] as const);
  const rows = values.flatMap((bar, place) => series.map((name) => ({ place, name, value: bar[name] ?? 0 })));
  const place = (field: string) => ({ scale: "place", field });
  return draw({
    ...frame(title, 440, 130),
    data: [
      { name: "tokens", values: values.map(({ label }, place) => ({ place, label })) },
      { name: "rows", values: rows },
    ],
    scales: [
      { name: "place", type: "band", domain: { data: "tokens", field: "place" }, range: "width", padding: 0.2 },
      { name: "value", type: "linear", domain: { data: "rows", field: "value" }, range: "height", nice: true },
      { name: "side", type: "band", domain: [...series], range: { signal: "[0, bandwidth('place')]" } },
      { name: "color", type: "ordinal", domain: ["before", "after"], range: [grey, blue] },
    ],
    axes: [{ scale: "value", orient: "left", format: "%", tickCount: 4, grid: true, domain: false }],
    ...(compared && { legends: [{ fill: "color", orient: "top-right", symbolType: "square" }] }),
    marks: [
      {
        type: "rect",
        from: { data: "rows" },
        encode: {
          enter: {
            x: { ...place("place"), offset: { scale: "side", field: "name" } },
            width: { scale: "side", band: 1 },
            y: { scale: "value", field: "value" },
            y2: { scale: "value", value: 0 },
            fill: { scale: "color", field: "name" },
          },
        },
      },
      {
        type: "text",
        from: { data: "tokens" },
        encode: {
          enter: {
            x: { ...place("place"), band: 0.5 },
            y: { signal: "height + 8" },
            text: { field: "label" },
            angle: { value: -45 },
            align: { value: "right" },
            baseline: { value: "middle" },
            fontSize: { value: 10 },
          },
        },
      },
    ],
  });
}

/** Numbers along a text, a line for each name. */
export async function lines(title: string, values: Readonly<Record<string, readonly number[]>>): Promise<string> {
  const names = Object.keys(values);
  const rows = names.flatMap((name) => values[name].map((value, place) => ({ name, place: place + 20, value })));
  return draw({
    ...frame(title, 440, 130),
    data: [{ name: "rows", values: rows }],
    scales: [
      { name: "place", type: "linear", domain: { data: "rows", field: "place" }, range: "width", zero: false },
      { name: "value", type: "linear", domain: { data: "rows", field: "value" }, range: "height", zero: true },
      { name: "color", type: "ordinal", domain: names, range: [grey, blue] },
    ],
    axes: [
      { scale: "value", orient: "left", tickCount: 4, grid: true, domain: false },
      { scale: "place", orient: "bottom", title: "token" },
    ],
    legends: [{ fill: "color", orient: "right", symbolType: "stroke", stroke: "color" }],
    marks: names.map((name) => ({
      type: "line" as const,
      from: { data: "rows" },
      encode: {
        enter: {
          x: { scale: "place", field: "place" },
          y: { scale: "value", field: "value" },
          stroke: { scale: "color", value: name },
          defined: { signal: `datum.name === ${JSON.stringify(name)}` },
          strokeWidth: { value: 1.5 },
        },
      },
    })),
  });
}

function frame(title: string, width: number, height: number): Spec {
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    background: "white",
    padding: 6,
    width,
    height,
    title: { text: title, anchor: "start", fontSize: 12, fontWeight: "normal" },
  };
}

async function draw(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: "none" });
  try {
    return `${rounded(await view.toSVG())}\n`;
  } finally {
    view.finalize();
  }
}

/** Coordinates to a tenth: smaller files, and no digits that depend on a runtime's arithmetic. */
function rounded(svg: string): string {
  return svg.replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
}
