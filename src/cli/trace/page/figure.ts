import * as Plot from "@observablehq/plot";

/** Puts a picture in its place; `label` says in words what it shows. `onCell`: one of its cells was clicked. */
export function draw(id: string, options: Plot.PlotOptions, label: string, onCell?: (index: number) => void): void {
  const figure = document.getElementById(id)!;
  const picture = Plot.plot({ style: { background: "transparent", color: "inherit", fontSize: "12px" }, ...options });
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  if (onCell !== undefined) {
    picture.addEventListener("click", ({ target }) => {
      const isCell = target instanceof Element && target.closest(".cells, .hits") !== null;
      // Plot binds to each element the index of its datum.
      if (isCell) onCell((target as Element & { __data__: number }).__data__);
    });
  }
  const { scrollLeft, scrollTop } = figure;
  figure.replaceChildren(picture);
  figure.scrollTo(scrollLeft, scrollTop);
}

/** Scrolls a picture that is wider than its place, where a part of its width is out of sight. */
export function keepInView(id: string, part: number): void {
  const figure = document.getElementById(id)!;
  const { scrollLeft, clientWidth, scrollWidth } = figure;
  const x = part * scrollWidth;
  if (x < scrollLeft + 40 || x > scrollLeft + clientWidth - 40) figure.scrollLeft = x - clientWidth / 2;
}

/** How wide a picture may be. */
export function widthOf(id: string): number {
  return Math.max(280, document.getElementById(id)!.clientWidth || 600);
}

/** A text in at most so many characters, its first space visible. */
export function short(text: string, length = 12): string {
  const shown = text.replace(/^ +/, (spaces) => "·".repeat(spaces.length));
  const characters = Array.from(shown);
  return characters.length > length ? `${characters.slice(0, length - 1).join("")}…` : shown;
}

/** A probability in at most five characters. */
export function percent(p: number): string {
  if (p >= 0.9995) return "100%";
  if (p >= 0.1) return `${(100 * p).toFixed(0)}%`;
  if (p >= 0.0005) return `${(100 * p).toFixed(1)}%`;
  return p > 0 ? "<0.1%" : "0";
}

/** How opaque a cell of weight 0 to 1 is: texts on it stay legible. */
export function shade(weight: number): number {
  return 0.72 * Math.sqrt(Math.min(1, Math.max(0, weight)));
}

/** Places of an axis that leave room for the labels of about `most`. */
export function someOf(count: number, most: number): number[] {
  const step = Math.ceil(count / most);
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}
