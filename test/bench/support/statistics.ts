/** The middle and the ends of some measurements. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle value, or the mean of the middle two. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @throws RangeError where there are no values */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("there are no measurements");
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * The ratios of measurements taken in turns, each of ours to the peer's of the same round, so that what slows the machine
 * down for a while slows both.
 * @throws RangeError where the two are not equally many
 */
export function ratios(ours: readonly number[], peers: readonly number[]): Spread {
  if (ours.length !== peers.length) {
    throw new RangeError(`${ours.length} measurements of ours, ${peers.length} of the peer's`);
  }
  return spread(ours.map((value, i) => value / peers[i]));
}
