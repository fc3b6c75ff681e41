import { scheme } from "vega";

/** The colour scale of text and picture: from dark to light, the same order for people who see fewer colours. */
export const colorScheme = "viridis";

/** Red, green and blue, 0 to 255, of a weight between 0 and 1. */
export function colorOf(weight: number): [r: number, g: number, b: number] {
  const interpolate = scheme(colorScheme) as (t: number) => string;
  const css = interpolate(Math.min(1, Math.max(0, weight)));
  const hex = /^#(..)(..)(..)$/.exec(css);
  const parts = hex ? hex.slice(1).map((part) => parseInt(part, 16)) : (css.match(/\d+/g) ?? []).map(Number);
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}
