/**
 * The grids of the IQ formats: lists of points of 4 or 8 values. A block stores a point's number instead of its values.
 * Each is decoded when it is first used, from one 16-bit code a point (`grid-tables.ts`), whose digits, lowest first,
 * number the levels of the point's values.
 */
import * as tables from "./grid-tables.ts";

/** All points of a grid, one after the other. */
export type Grid = Int8Array;

const decoded = new Map<string, Grid>();

function grid(name: keyof typeof tables, values: number, levels: readonly number[]): Grid {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  const codes = tables[name].match(/[0-9a-f]{4}/g)!.map((code) => parseInt(code, 16));
  const points = new Int8Array(codes.length * values);
  const bits = 16 / values;
  codes.forEach((code, point) => {
    for (let j = 0; j < values; j++) points[point * values + j] = levels[(code >> (bits * j)) & ((1 << bits) - 1)];
  });
  decoded.set(name, points);
  return points;
}

const levels2 = [8, 25, 43];

/** 256 points of 8 values. */
export const gridIQ2XXS = (): Grid => grid("iq2xxs", 8, levels2);
/** 512 points of 8 values. */
export const gridIQ2XS = (): Grid => grid("iq2xs", 8, levels2);
/** 1024 points of 8 values. */
export const gridIQ2S = (): Grid => grid("iq2s", 8, levels2);
/** 256 points of 4 values. */
export const gridIQ3XXS = (): Grid => grid("iq3xxs", 4, [4, 12, 20, 28, 36, 44, 52, 62]);
/** 512 points of 4 values. */
export const gridIQ3S = (): Grid => grid("iq3s", 4, [1, 3, 5, 7, 9, 11, 13, 15]);
/** 2048 points of 8 values. */
export const gridIQ1S = (): Grid => grid("iq1s", 8, [-1, 0, 1]);

/** Seven signs as eight: the eighth makes their number even. */
export function withParity(signs: number): number {
  let parity = signs ^ (signs >> 4);
  parity ^= parity >> 2;
  parity ^= parity >> 1;
  return signs | ((parity & 1) << 7);
}

/** Writes `count` values of a grid from place `from`; bit j of `signs` negates value j. */
export function copySigned(points: Grid, from: number, count: number, signs: number, q: Int8Array, to: number): void {
  for (let j = 0; j < count; j++) {
    const negative = -((signs >> j) & 1);
    q[to + j] = (points[from + j] ^ negative) - negative;
  }
}
