/**
 * Weights with all 8 bits in the relaxed dot product. Its second operand may have 7 only; what more becomes of bit 7 is
 * the engine's choice, but the same one always: most multiply as signed numbers (ARM) or as unsigned ones (x86 with
 * VNNI), exactly. Where a module finds one of the two, whole bytes need half the products of bytes in two parts.
 * Source: WebAssembly relaxed SIMD proposal, "Relaxed integer dot product": results depend on the environment alone
 */
import { hidden } from "./simd";

/** What is flipped in each byte of the weights: bit 7 for unsigned numbers, so that w becomes w + 128. */
let flipped: u32 = 0;
/** Whether weights are multiplied as whole bytes. */
let isWhole: bool = RELAXED ? probe() : false;

function probe(): bool {
  const from = memory.size(); // so that nothing is computed before an engine does
  const ones = hidden(0xffffffff, from), most = hidden(0x7f7f7f7f, from), least = hidden(0x81818181, from);
  const a = product(most, ones), b = product(least, ones), c = product(most, hidden(0x80808080, from));
  if (a == -4 * 127 && b == 4 * 127 && c == -4 * 127 * 128) return true;
  flipped = 0x80808080;
  return a == 4 * 127 * 255 && b == -4 * 127 * 255 && c == 4 * 127 * 128;
}

// @ts-ignore: decorator
@inline function product(x: v128, w: v128): i32 {
  return i32x4.extract_lane(i32x4.relaxed_dot_i8x16_i7x16_add_s(x, w, i32x4.splat(0)), 3);
}

/** Whether the kernels may multiply whole bytes here. */
// @ts-ignore: decorator
@inline export function multipliesWholeBytes(): bool {
  return RELAXED && isWhole;
}

/** From now on bytes in two parts, as where the engine leaves no choice. For tests. */
export function useSevenBits(): void {
  isWhole = false;
}

/** What is flipped in the weights' bytes. */
// @ts-ignore: decorator
@inline export function flipMask(): v128 {
  return i32x4.splat(flipped);
}

/** What flipping adds to the products with activations of this sum: 128 times it, or nothing. */
// @ts-ignore: decorator
@inline export function flippedPart(sum: i32): i32 {
  return flipped == 0 ? 0 : sum << 7;
}
