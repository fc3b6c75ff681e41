import type { AttentionWindow } from "./operations.ts";

/** Positions that the token at `position` sees, counted from the last, for the kernels; undefined for all. */
export function windowLength(window: AttentionWindow | undefined, position: number): number | undefined {
  return window?.kind === "chunked" ? (position % window.length) + 1 : window?.length;
}
