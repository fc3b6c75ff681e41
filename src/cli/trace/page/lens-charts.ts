import * as Plot from "@observablehq/plot";
import { draw, keepInView, percent, shade, short, someOf, widthOf } from "./figure.ts";
import type { Choice, View } from "./view.ts";

/** The likeliest tokens of each layer, for the chosen token. */
export function drawLens(view: View, { token }: Choice): void {
  const { lens, tokens } = view.data;
  const { points, top } = lens;
  const row = (token - 1) * points.length;
  const cells = points.flatMap((_, point) =>
    Array.from({ length: top }, (_, place) => {
      const i = (row + point) * top + place;
      return { point, place, id: lens.ids[i], probability: lens.probabilities[i] / 1e4 };
    }),
  );
  const isNext = ({ id }: { id: number }) => id === tokens[token];
  const first = lens.ranks
    .slice(row, row + points.length)
    .findIndex((_, i, ranks) => ranks.slice(i).every((r) => r === 0));
  const found =
    first < 0 ? "It is never the likeliest to the end." : `It stays the likeliest from ${points[first]} on.`;
  draw(
    "lens",
    {
      width: widthOf("lens"),
      height: 12 + points.length * 17.5,
      marginLeft: 78,
      marginRight: 56,
      marginTop: 4,
      marginBottom: 4,
      x: { type: "band", domain: Array.from({ length: top }, (_, i) => i), axis: null, padding: 0.04 },
      y: { type: "band", domain: points.map((_, i) => i), axis: null, padding: 0.1 },
      marks: [
        Plot.cell(cells, {
          x: "place",
          y: "point",
          fill: "var(--accent)",
          fillOpacity: (cell: (typeof cells)[0]) => 0.04 + 0.8 * shade(cell.probability),
          stroke: (cell: (typeof cells)[0]) => (isNext(cell) ? "var(--mark)" : "none"),
          strokeWidth: 2,
          inset: 1,
          rx: 3,
          title: (cell: (typeof cells)[0]) =>
            `${points[cell.point]}: ${view.text(cell.id)} (${cell.id}), ${percent(cell.probability)}`,
        }),
        Plot.text(cells, {
          x: "place",
          y: "point",
          text: (cell: (typeof cells)[0]) => short(view.text(cell.id), 9),
          fontSize: 11,
          pointerEvents: "none",
        }),
        Plot.text(points, {
          y: (_, i) => i,
          frameAnchor: "left",
          textAnchor: "end",
          dx: -8,
          text: (d: string) => d,
          fontSize: 11,
        }),
        Plot.text(points, {
          y: (_, i) => i,
          frameAnchor: "right",
          textAnchor: "start",
          dx: 8,
          text: (_, i) => `#${(lens.ranks[row + i] + 1).toLocaleString("en-US")}`,
          fontSize: 11,
          fill: (_, i) => (lens.ranks[row + i] === 0 ? "var(--mark)" : "var(--text)"),
        }),
      ],
    },
    `The ${top} likeliest tokens of each layer. The token that came is ${short(view.tokenText(token))}. ${found}`,
  );
}

/** How likely each layer finds the next token, for the whole text. */
export function drawLensMap(view: View, { token }: Choice, choose: (token: number) => void): void {
  const { lens, tokens } = view.data;
  const { points, top } = lens;
  const cells = lens.next.map((probability, i) => ({
    place: Math.floor(i / points.length) + 1,
    point: i % points.length,
    probability: probability / 1e4,
    says: lens.ids[i * top],
  }));
  const places = tokens.slice(1).map((_, i) => i + 1);
  const width = Math.max(widthOf("lens-map"), 10 * tokens.length + 90);
  draw(
    "lens-map",
    {
      width,
      height: 96 + points.length * 11,
      marginLeft: 78,
      marginRight: 12,
      marginTop: 6,
      marginBottom: 84,
      x: { type: "band", domain: places, axis: null, padding: 0.06 },
      y: { type: "band", domain: points.map((_, i) => i), axis: null, padding: 0.06 },
      marks: [
        Plot.cell(cells, {
          x: "place",
          y: "point",
          fill: "var(--accent)",
          fillOpacity: (cell: (typeof cells)[0]) => 0.05 + 0.95 * Math.sqrt(cell.probability),
          className: "cells",
          title: (cell: (typeof cells)[0]) =>
            `${points[cell.point]}, before ${short(view.tokenText(cell.place))}\nfinds it ${percent(cell.probability)} likely\nwould say ${short(view.text(cell.says))}`,
        }),
        Plot.cell([token], {
          x: (d: number) => d,
          fill: "none",
          stroke: "var(--mark)",
          strokeWidth: 2,
          inset: -1.5,
          pointerEvents: "none",
        }),
        Plot.text(
          someOf(places.length, width / 15).map((i) => places[i]),
          {
            x: (d: number) => d,
            frameAnchor: "bottom",
            dy: 8,
            rotate: -60,
            textAnchor: "end",
            fontSize: 11,
            text: (d: number) => short(view.tokenText(d)),
            fill: (d: number) => (d === token ? "var(--mark)" : "var(--text)"),
          },
        ),
        Plot.text(someOf(points.length, 16), {
          y: (d: number) => d,
          frameAnchor: "left",
          textAnchor: "end",
          dx: -8,
          text: (d: number) => points[d],
          fontSize: 11,
        }),
      ],
    },
    `How likely each of ${points.length - 1} layers finds each of ${places.length} tokens; the layers go downwards. Chosen: token ${token}.`,
    (i) => choose(cells[i].place),
  );
  keepInView("lens-map", (78 + (token / tokens.length) * (width - 90)) / width);
}
