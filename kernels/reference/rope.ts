import type { RopeTable } from "./rope-table.ts";

const f = Math.fround;

/** Which numbers of a head are rotated together: x[2i] and x[2i+1] (LLaMA), or x[i] and x[i + rotary/2] (GPT-NeoX). */
export type RopePairing = "adjacent" | "halves";

/**
 * Rotary position embedding: turns each pair (x₀, x₁) of the first `rotaryLength` numbers of a head by its angle,
 *
 *     y₀ = x₀·cos − x₁·sin        y₁ = x₀·sin + x₁·cos
 *
 * and copies the rest. Su et al. 2021, "RoFormer" (arXiv 2104.09864), equation 34.
 *
 * @param x [tokens, heads, headLength]
 * @param table of the tokens' positions, with rotaryLength / 2 pairs
 * @param out [tokens, heads, headLength]; may be `x`
 */
export function rope(
  x: Float32Array,
  tokens: number,
  heads: number,
  headLength: number,
  rotaryLength: number,
  pairing: RopePairing,
  table: RopeTable,
  out: Float32Array,
): void {
  const pairs = rotaryLength / 2;
  for (let head = 0; head < tokens * heads; head++) {
    const t = Math.floor(head / heads);
    const start = head * headLength;
    for (let i = 0; i < pairs; i++) {
      const i0 = pairing === "adjacent" ? start + 2 * i : start + i;
      const i1 = pairing === "adjacent" ? i0 + 1 : i0 + pairs;
      const [x0, x1] = [x[i0], x[i1]];
      const [c, s] = [table.cos[t * pairs + i], table.sin[t * pairs + i]];
      out[i0] = f(x0 * c) - f(x1 * s); // storing rounds to single precision
      out[i1] = f(x0 * s) + f(x1 * c);
    }
    for (let i = start + rotaryLength; i < start + headLength; i++) out[i] = x[i]!;
  }
}
