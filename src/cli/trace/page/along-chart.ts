import * as Plot from "@observablehq/plot";
import { draw, keepInView, percent, short, someOf, widthOf } from "./figure.ts";
import type { Choice, View } from "./view.ts";

/** Surprise and entropy of each token of the text. */
export function drawAlong(view: View, { token }: Choice, choose: (token: number) => void): void {
  const { tokens, logprobs, entropies, promptLength } = view.data;
  const points = tokens.slice(1).map((_, i) => ({
    place: i + 1,
    text: short(view.tokenText(i + 1)),
    surprise: -logprobs[i + 1]!,
    entropy: entropies[i + 1]!,
    generated: i + 1 >= promptLength,
  }));
  const most = Math.max(1, ...points.map(({ surprise, entropy }) => Math.max(surprise, entropy)));
  const width = Math.max(widthOf("along"), 11 * tokens.length);
  const labelled = someOf(points.length, width / 20).map((i) => points[i]);
  const { [token - 1]: chosen } = points;
  draw(
    "along",
    {
      width,
      height: 230,
      marginBottom: 74,
      marginLeft: 44,
      x: { domain: [0.5, tokens.length - 0.5], axis: null },
      y: { domain: [0, most * 1.05], label: "nats", grid: true, ticks: 5 },
      marks: [
        Plot.rect(points, hitsOf(most)),
        Plot.ruleX([token], { stroke: "var(--mark)", strokeWidth: 2, strokeOpacity: 0.6 }),
        promptLength > 1 ? Plot.ruleX([promptLength - 0.5], { stroke: "var(--line)", strokeDasharray: "4 3" }) : null,
        Plot.areaY(points, { x: "place", y: "entropy", fill: "var(--accent)", fillOpacity: 0.13, curve: "monotone-x" }),
        Plot.lineY(points, {
          x: "place",
          y: "entropy",
          stroke: "var(--accent)",
          strokeWidth: 1.5,
          curve: "monotone-x",
        }),
        Plot.dot(points, {
          x: "place",
          y: "surprise",
          r: 3.5,
          fill: (point: (typeof points)[0]) => (point.generated ? "var(--text)" : "var(--surface)"),
          stroke: "var(--text)",
          pointerEvents: "none",
        }),
        Plot.dot([chosen], { x: "place", y: "surprise", r: 5.5, fill: "var(--mark)", pointerEvents: "none" }),
        Plot.text(labelled, {
          x: "place",
          y: 0,
          dy: 8,
          rotate: -60,
          textAnchor: "end",
          text: "text",
          fontSize: 11,
          fill: (point: (typeof points)[0]) => (point.place === token ? "var(--mark)" : "var(--text)"),
        }),
      ],
    },
    `Surprise and entropy of ${points.length} tokens. Chosen: ${chosen.text}, probability ${percent(Math.exp(-chosen.surprise))}, entropy ${chosen.entropy.toFixed(2)} nats.`,
    (i) => choose(points[i].place),
  );
  keepInView("along", token / tokens.length);
}

/** Columns that can't be seen but clicked. */
function hitsOf(most: number): Plot.RectOptions {
  return {
    x1: ({ place }: { place: number }) => place - 0.5,
    x2: ({ place }: { place: number }) => place + 0.5,
    y1: 0,
    y2: most * 1.05,
    fill: "transparent",
    inset: 0,
    className: "hits",
    title: ({ text, surprise, entropy }: { text: string; surprise: number; entropy: number }) =>
      `${text}\nprobability ${percent(Math.exp(-surprise))}\nsurprise ${surprise.toFixed(2)}, entropy ${entropy.toFixed(2)}`,
  };
}
