import type { PlacedPlan, RunHeader, Slot } from "./placed.ts";
import type { Workspace } from "./workspace.ts";

/** Columns, rows or heads, from `start` up to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a thread's way through the plan offers to the functions that compute its operations. */
export interface Walk {
  readonly plan: PlacedPlan;
  /** Which thread this is, from 0. */
  readonly thread: number;
  /** Whether the run has one token and nobody watches. */
  readonly single: boolean;
  /** This thread's hold on a memory. */
  space(arena: number): Workspace;
  header(arena: number): RunHeader;
  /** Address of this thread's scratch in a memory. */
  scratch(arena: number): number;
  /** How many rows of a value there are in this run. */
  rowsOf(slot: Pick<Slot, "rows">): number;
  /** The address of a number of a value. */
  at(slot: Slot, row: number, column?: number): number;
  /** This thread's part of `total` columns, in whole `unit`s. */
  part(total: number, unit: number): Range;
  /** Whole rows: a single one by every thread for itself, several each by one thread. */
  eachRow(out: Slot, compute: (row: number) => void): void;
}
