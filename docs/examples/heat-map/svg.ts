import { type Spec, View, parse } from "vega";
import { colorScheme } from "./color.ts";
import { type Attention, label } from "./read-attention.ts";

/** The heat map as a picture. Each cell's numbers are in its `aria-label`. */
export async function toSvg(attention: Attention): Promise<string> {
  const view = new View(parse(specification(attention)), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** In Vega's language: https://vega.github.io/vega/docs/specification/ */
function specification({ layer, head, tokens, rows }: Attention): Spec {
  const names = tokens.map((text, i) => `${i} ${label(text)}`);
  const cells = rows.flatMap((row, from) =>
    Array.from(row, (weight, to) => ({
      from: names[from],
      to: names[to],
      weight,
      description: `${names[from]} attends to ${names[to]}: ${(100 * weight).toFixed(1)} %`,
    })),
  );
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json",
    background: "white",
    padding: 12,
    width: { signal: "22 * length(data('names'))" },
    height: { signal: "22 * length(data('names'))" },
    title: { text: `Attention of layer ${layer}, head ${head}`, anchor: "start", offset: 12, fontSize: 15 },
    data: [
      { name: "names", values: names },
      { name: "cells", values: cells },
    ],
    scales: [
      { name: "to", type: "band", domain: { data: "names", field: "data" }, range: "width", padding: 0.05 },
      { name: "from", type: "band", domain: { data: "names", field: "data" }, range: "height", padding: 0.05 },
      { name: "weight", type: "linear", domain: [0, 1], range: { scheme: colorScheme } },
    ],
    axes: [
      { scale: "from", orient: "left", title: "token that attends", ticks: false, domain: false, labelLimit: 140 },
      {
        scale: "to",
        orient: "bottom",
        title: "token attended to",
        ticks: false,
        domain: false,
        labelLimit: 140,
        labelAngle: -60,
        labelAlign: "right",
        labelBaseline: "middle",
        labelOffset: 2,
      },
    ],
    legends: [{ fill: "weight", title: "share of attention", format: ".0%", gradientLength: 140 }],
    marks: [
      {
        type: "rect",
        from: { data: "cells" },
        encode: {
          enter: {
            x: { scale: "to", field: "to" },
            y: { scale: "from", field: "from" },
            width: { scale: "to", band: 1 },
            height: { scale: "from", band: 1 },
            fill: { scale: "weight", field: "weight" },
            description: { field: "description" },
          },
        },
      },
    ],
  };
}
