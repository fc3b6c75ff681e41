import { ratios, spread } from "./statistics.ts";

/** What a row must show: its ratio (or its value, where it has no peer) against a limit. */
export interface Bound {
  readonly relation: "≥" | "≤";
  readonly limit: number;
}

/** A line of the table. */
export interface Row {
  /** Names the row among all, so that a new measurement replaces the old one: `"native/decode/Q4_1/2"`. */
  readonly id: string;
  readonly what: string;
  /** Medians with their unit, and the ratio with its ends, ready to print. */
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
  readonly bound: string;
  /** Absent where there is no bound. */
  readonly holds?: boolean;
  /** The figures behind it, for what is computed from several rows. */
  readonly figures: Readonly<Partial<Record<string, number>>>;
}

export interface Comparison {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peers: readonly number[];
  readonly bound?: Bound | undefined;
  readonly figures?: Readonly<Record<string, number>>;
}

/** A row that compares measurements taken in turns. The bound is on the median of the ratios. */
export function compare({ id, what, unit, ours, peers, bound, figures }: Comparison): Row {
  const own = spread(ours);
  const peer = spread(peers);
  const ratio = ratios(ours, peers);
  return {
    id,
    what,
    ours: `${figure(own.median)} ${unit}`,
    peer: `${figure(peer.median)} ${unit}`,
    ratio: `${times(ratio.median)} (${times(ratio.min)} to ${times(ratio.max)})`,
    bound: bound === undefined ? "" : `${bound.relation} ${bound.limit}×`,
    ...(bound === undefined ? {} : { holds: isWithin(ratio.median, bound) }),
    figures: { ours: own.median, peer: peer.median, ratio: ratio.median, ...figures },
  };
}

/** A row of one's own, without a peer. */
export function single(row: Omit<Row, "peer" | "ratio" | "bound" | "figures"> & Partial<Row>): Row {
  return { peer: "", ratio: "", bound: "", figures: {}, ...row };
}

export function isWithin(value: number, { relation, limit }: Bound): boolean {
  return relation === "≥" ? value >= limit : value <= limit;
}

/** Three significant digits, but never fewer than all before the point. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function times(value: number): string {
  return `${value.toFixed(2)}×`;
}
