import { appendFileSync } from "node:fs";

/** A figure that a test measured, beside the bound that it asserts. */
export interface Measurement {
  /** What was measured, as the table names it: `"SmolLM2, f32: largest difference of a log-probability"`. */
  readonly name: string;
  readonly figure: string;
  /** As words: `"≤ 0.005"`. Empty where there is none. */
  readonly bound: string;
}

/**
 * Notes a figure for the table of `npm run conformance`; a plain test run notes nothing. It asserts nothing: that stays
 * with the test, which calls this before its `expect`, so that a figure out of bounds is seen too.
 */
export function record(name: string, figure: number | string, bound: number | string = ""): void {
  const file = process.env.PELLUCID_RECORD;
  if (file === undefined) return;
  const text = typeof figure === "number" ? format(figure) : figure;
  const measurement: Measurement = {
    name,
    figure: text,
    bound: typeof bound === "number" ? `≤ ${format(bound)}` : bound,
  };
  appendFileSync(file, `${JSON.stringify(measurement)}\n`);
}

/** Four significant digits, or all of an integer. */
function format(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
