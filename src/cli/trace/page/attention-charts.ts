import * as Plot from "@observablehq/plot";
import { draw, percent, short, someOf, widthOf } from "./figure.ts";
import type { Choice, View } from "./view.ts";

/** One cell a head: how much it looks beyond the first token, which is where a head looks that has nothing to do. */
export function drawHeads(
  view: View,
  { token, layer, head }: Choice,
  choose: (layer: number, head: number) => void,
): void {
  const cells = view.layers.flatMap(({ heads }, place) =>
    Array.from({ length: heads }, (_, h) => {
      const weights = view.attention(place, h, token - 1);
      return { place, head: h, beyond: token === 1 ? 0 : 1 - weights[0] };
    }),
  );
  const most = Math.max(...view.layers.map(({ heads }) => heads));
  const [side, across] = [13, Math.max(10, Math.min(22, 330 / most))];
  draw(
    "heads",
    {
      width: 34 + most * across + 6,
      height: 24 + view.layers.length * side + 6,
      marginLeft: 34,
      marginTop: 24,
      marginRight: 6,
      marginBottom: 6,
      x: { type: "band", domain: Array.from({ length: most }, (_, i) => i), axis: null, padding: 0.1 },
      y: { type: "band", domain: view.layers.map((_, i) => i), axis: null, padding: 0.1 },
      marks: [
        Plot.cell(cells, {
          x: "head",
          y: "place",
          fill: "var(--accent)",
          fillOpacity: (cell: (typeof cells)[0]) => 0.06 + 0.94 * cell.beyond,
          className: "cells",
          title: (cell: (typeof cells)[0]) =>
            `layer ${view.layers[cell.place].layer}, head ${cell.head}\n${percent(cell.beyond)} beyond the first token`,
        }),
        Plot.cell([{ layer, head }], {
          x: "head",
          y: "layer",
          fill: "none",
          stroke: "var(--mark)",
          strokeWidth: 2.5,
          inset: -1.5,
          pointerEvents: "none",
        }),
        Plot.text(someOf(most, 330 / 24), {
          x: (d: number) => d,
          frameAnchor: "top",
          dy: -12,
          text: String,
          fontSize: 11,
        }),
        Plot.text(someOf(view.layers.length, 40), {
          y: (d: number) => d,
          frameAnchor: "left",
          textAnchor: "end",
          dx: -8,
          text: (d: number) => String(view.layers[d].layer),
          fontSize: 11,
        }),
      ],
    },
    `How much each head looks beyond the first token, rows are layers, columns heads. Chosen: layer ${view.layers[layer].layer}, head ${head}.`,
    (i) => choose(cells[i].place, cells[i].head),
  );
}

/** The chosen head's weights for every token that was read. */
export function drawMatrix(view: View, { token, layer, head }: Choice, choose: (token: number) => void): void {
  const count = view.data.tokens.length - 1;
  const cells: { reader: number; seen: number; weight: number }[] = [];
  for (let reader = 0; reader < count; reader++) {
    const weights = view.attention(layer, head, reader);
    for (let seen = 0; seen <= reader; seen++) {
      // Invisible ones only cost time.
      if (weights[seen] >= 0.001) cells.push({ reader, seen, weight: weights[seen] });
    }
  }
  const places = Array.from({ length: count }, (_, i) => i);
  const size = Math.max(Math.min(widthOf("matrix"), 640), 4 * count + 104);
  const inner = size - 104;
  const labelled = someOf(count, inner / 13);
  const label = (place: number) => short(view.tokenText(place), 11);
  const colour = (place: number) => (place === token - 1 ? "var(--mark)" : "var(--text)");
  draw(
    "matrix",
    {
      width: size,
      height: size,
      marginLeft: 92,
      marginBottom: 92,
      marginTop: 6,
      marginRight: 12,
      x: { type: "band", domain: places, axis: null, padding: count > 60 ? 0 : 0.05, paddingOuter: 0 },
      y: { type: "band", domain: places, axis: null, padding: count > 60 ? 0 : 0.05, paddingOuter: 0 },
      marks: [
        Plot.frame({ stroke: "var(--line)" }),
        Plot.cell(cells, {
          x: "seen",
          y: "reader",
          fill: "var(--accent)",
          fillOpacity: (cell: (typeof cells)[0]) => Math.sqrt(cell.weight),
          className: "cells",
          title: (cell: (typeof cells)[0]) =>
            `${label(cell.reader)} looks at ${label(cell.seen)}: ${percent(cell.weight)}`,
        }),
        Plot.cell([token - 1], {
          y: (d: number) => d,
          fill: "none",
          stroke: "var(--mark)",
          strokeWidth: 1.5,
          inset: -1.5,
          pointerEvents: "none",
        }),
        Plot.text(labelled, {
          y: (d: number) => d,
          frameAnchor: "left",
          textAnchor: "end",
          dx: -7,
          text: label,
          fill: colour,
          fontSize: 10.5,
        }),
        Plot.text(labelled, {
          x: (d: number) => d,
          frameAnchor: "bottom",
          dy: 8,
          rotate: -60,
          textAnchor: "end",
          text: label,
          fill: colour,
          fontSize: 10.5,
        }),
      ],
    },
    `Attention of head ${head} of layer ${view.layers[layer].layer}: each of ${count} tokens at those up to itself. Marked: token ${token - 1}.`,
    (i) => choose(cells[i].reader + 1),
  );
}

/** Where the chosen head looks while the token before the chosen one is read. */
export function drawLooks(view: View, { token, layer, head }: Choice): void {
  const weights = view.attention(layer, head, token - 1);
  const bars = Array.from(weights, (weight, place) => ({ place, weight }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 14);
  const [reads, writes] = [short(view.tokenText(token - 1)), short(view.tokenText(token))];
  document.getElementById("looks-hint")!.textContent = `Reading “${reads}”, after which “${writes}” came, it looks at:`;
  draw(
    "looks",
    {
      width: Math.min(widthOf("looks"), 420),
      height: 12 + bars.length * 24,
      marginLeft: 110,
      marginRight: 46,
      marginTop: 4,
      marginBottom: 4,
      x: { domain: [0, 1], axis: null },
      y: { type: "band", domain: bars.map(({ place }) => place), axis: null, padding: 0.2 },
      marks: [
        Plot.barX(bars, { y: "place", x: 1, fill: "var(--accent)", fillOpacity: 0.07 }),
        Plot.barX(bars, { y: "place", x: "weight", fill: "var(--accent)" }),
        Plot.text(bars, {
          y: "place",
          x: "weight",
          text: (bar: (typeof bars)[0]) => percent(bar.weight),
          textAnchor: "start",
          dx: 5,
          fontSize: 11,
        }),
        Plot.text(bars, {
          y: "place",
          frameAnchor: "left",
          textAnchor: "end",
          dx: -8,
          text: (bar: (typeof bars)[0]) => `${short(view.tokenText(bar.place), 11)} ${bar.place}`,
        }),
      ],
    },
    `Head ${head} of layer ${view.layers[layer].layer}, reading ${reads}, looks most at ${bars
      .slice(0, 3)
      .map(({ place, weight }) => `${short(view.tokenText(place))} (${percent(weight)})`)
      .join(", ")}.`,
  );
}
