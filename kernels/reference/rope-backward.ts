import type { RopeTable } from "./rope-table.ts";
import { type RopePairing, rope } from "./rope.ts";

/**
 * Gradient of `rope`: a turn's transpose is the turn back, so `rope` with the sines' signs changed.
 *
 * @param dy [tokens, heads, headLength]
 * @param dx [tokens, heads, headLength]; may be `dy`
 */
export function ropeBackward(
  dy: Float32Array,
  tokens: number,
  heads: number,
  headLength: number,
  rotaryLength: number,
  pairing: RopePairing,
  table: RopeTable,
  dx: Float32Array,
): void {
  const back = { cos: table.cos, sin: table.sin.map((sine) => -sine) };
  rope(dy, tokens, heads, headLength, rotaryLength, pairing, back, dx);
}
