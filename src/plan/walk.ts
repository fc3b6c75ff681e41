import type { PlacedPlan, RunHeader, Slot } from "./placed.ts";
import type { Workspace } from "./workspace.ts";

/**
 * What a thread's way through the plan offers to the functions that compute its operations. They make no objects: a
 * token takes hundreds of operations, and where the event loop does not turn, as in a worker, some engines collect late.
 */
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
  /** This thread's part of `total` columns, in whole `unit`s, begins here. */
  partStart(total: number, unit: number): number;
  /** And ends before here. */
  partEnd(total: number, unit: number): number;
  /** The first of the whole rows that this thread computes: a single one every thread for itself, several each by one. */
  readonly firstRow: number;
  /** From one of them to the next. */
  readonly rowStep: number;
}
