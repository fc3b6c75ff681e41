import * as Plot from "@observablehq/plot";
import { draw, percent, short, widthOf } from "./figure.ts";
import type { Choice, View } from "./view.ts";

/** A bar for each candidate, before and after each sampler, one column a stage. */
export function drawCandidates(view: View, { token }: Choice): void {
  const { tokens, steps, promptLength } = view.data;
  const figure = document.getElementById("candidates")!;
  if (token < promptLength) {
    const note = document.createElement("p");
    note.className = "hint";
    note.textContent = "This token is the prompt’s: no sampler chose it. Choose a later one.";
    figure.replaceChildren(note);
    return;
  }
  const { ids, stages } = steps[token - promptLength];
  // Two tokens may look the same, and stages too: places tell them apart.
  const bars = stages.flatMap(({ probabilities }, stage) =>
    ids.map((id, place) => ({ stage, place, id, probability: probabilities[place] })),
  );
  const drawn = tokens[token];
  const left = 104;
  const width = Math.max(widthOf("candidates"), left + stages.length * 96);
  const known = bars.filter((bar) => bar.probability !== null);
  const isDrawn = ({ id }: { id: number }) => id === drawn;
  const headings = stages.map(({ name, kept }, stage) => {
    const [sampler, ...parameters] = name.split(" ");
    const count = `${kept.toLocaleString("en-US")} left`;
    return { stage, name: sampler.replaceAll("_", "-"), parameters: short(parameters.join(" "), 16), kept: count };
  });
  draw(
    "candidates",
    {
      width,
      height: 72 + ids.length * 27,
      marginLeft: left,
      marginTop: 52,
      marginBottom: 8,
      marginRight: 40,
      x: { axis: null, domain: [0, 1] },
      y: { type: "band", domain: ids.map((_, i) => i), axis: null, padding: 0.22 },
      fx: { domain: stages.map((_, i) => i), axis: null, padding: 0.28 },
      marks: [
        Plot.barX(bars, { fx: "stage", y: "place", x: 1, fill: "var(--accent)", fillOpacity: 0.07 }),
        Plot.barX(known, {
          fx: "stage",
          y: "place",
          x: "probability",
          fill: (bar: (typeof bars)[0]) => (isDrawn(bar) ? "var(--mark)" : "var(--accent)"),
          title: (bar: (typeof bars)[0]) => `${view.text(bar.id)} (${bar.id})\n${String(bar.probability)}`,
        }),
        Plot.text(bars, {
          fx: "stage",
          y: "place",
          x: (bar: (typeof bars)[0]) => Math.min(bar.probability ?? 0, 1),
          text: (bar: (typeof bars)[0]) => (bar.probability === null ? "–" : percent(bar.probability)),
          textAnchor: "start",
          dx: 4,
          fontSize: 11,
        }),
        Plot.text(ids, {
          fx: () => 0,
          y: (_, i) => i,
          frameAnchor: "left",
          textAnchor: "end",
          dx: -8,
          text: (id: number) => short(view.text(id), 13),
          fill: (id: number) => (id === drawn ? "var(--mark)" : "var(--text)"),
        }),
        ...["name", "parameters", "kept"].map((line, i) =>
          Plot.text(headings, {
            fx: "stage",
            frameAnchor: "top-left",
            dy: -48 + 15 * i,
            text: line,
            fontWeight: i === 0 ? 600 : 400,
            fontSize: i === 0 ? 12 : 11,
            fillOpacity: i === 2 ? 0.75 : 1,
          }),
        ),
      ],
    },
    `Candidates for token ${token}: ${stages.map(({ name, kept }) => `${name}, ${kept} left`).join("; ")}. Drawn: ${view.text(drawn)}.`,
  );
}
