import { fitScaleAndMin } from "./search-affine.ts";
import type { AffineSearch, Search } from "./search-groups.ts";
import { fitScale } from "./search-scale.ts";

/** One group after the other, in plain TypeScript. */
export const scalarSearch: Search = {
  fitScaleAndMin(groups, search, scales, minima) {
    for (let group = 0; group < groups.count; group++) fitScaleAndMin(groups, group, search, scales, minima);
  },
  fitScale(groups, bound, scales) {
    for (let group = 0; group < groups.count; group++) fitScale(groups, group, bound, scales);
  },
};

/** The search of formats that pack with importance weights. Source: `make_qkx3_quants`, llama.cpp 0c1e570, ggml-quants.c. */
export function weightedSearch(top: number): AffineSearch {
  return { top, first: Math.fround(-0.9), step: Math.fround(0.05), steps: 36, absolute: false };
}
