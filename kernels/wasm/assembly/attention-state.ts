/** What attention knows of a head after some positions: the weighted sum of values, not yet divided, and two numbers. */
import { cellsOf } from "./cache";
import { exp } from "./exp";
import { storeLanes } from "./simd";

/** Bytes of a state: the sums [valueLength, filled up to a multiple of 8], the largest score, the sum of weights, 8 more. */
// @ts-ignore: decorator
@inline export function stateBytes(valueLength: i32): usize {
  return (<usize>cellsOf(valueLength) << 5) + 16;
}

/** Where the largest score lies in a state; the sum of weights lies 4 bytes behind it. */
// @ts-ignore: decorator
@inline export function numbersOf(state: usize, valueLength: i32): usize {
  return state + (<usize>cellsOf(valueLength) << 5);
}

/** Where in a state's numbers `attendSpan` notes how far below the largest score the least of a page lies. */
// @ts-ignore: decorator
@inline export const LEAST: usize = 8;

// @ts-ignore: decorator
@inline export function expOf(x: f32): f32 {
  return f32x4.extract_lane(exp(f32x4.splat(x)), 0);
}

// States may lie in memory that another thread has just let grow. Engines tell a thread so some time later, and until then
// `memory.fill` and `memory.copy` find it out of bounds; loads and stores do not.

/** Makes a state that of no positions. */
export function clearState(state: usize, valueLength: i32): void {
  const numbers = numbersOf(state, valueLength);
  for (; state < numbers; state += 16) v128.store(state, f32x4.splat(0));
  f32.store(numbers, -Infinity);
  f32.store(numbers, 0, 4);
}

/** Copies a state of so many bytes. */
// @ts-ignore: decorator
@inline export function copyState(from: usize, to: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 8, to += 8) i64.store(to, i64.load(from));
}

/** Adds `other`, over other positions, to a state. */
export function mergeStates(state: usize, other: usize, valueLength: i32): void {
  const a = numbersOf(state, valueLength), b = numbersOf(other, valueLength);
  const m = max(f32.load(a), f32.load(b));
  const ra = expOf(f32.load(a) - m), rb = expOf(f32.load(b) - m);
  const va = f32x4.splat(ra), vb = f32x4.splat(rb);
  for (; state < a; state += 16, other += 16) {
    v128.store(state, f32x4.add(f32x4.mul(v128.load(state), va), f32x4.mul(v128.load(other), vb)));
  }
  f32.store(a, m);
  f32.store(a, f32.load(a, 4) * ra + f32.load(b, 4) * rb, 4);
}

/** Divides by the sum of weights. `sink`: address of a score that takes part without a value, or 0. */
export function finishState(state: usize, sink: usize, valueLength: i32, out: usize): void {
  const numbers = numbersOf(state, valueLength);
  let sum = f32.load(numbers, 4);
  let factor: f32 = 1;
  if (sink != 0) {
    const largest = max(f32.load(numbers), f32.load(sink));
    factor = expOf(f32.load(numbers) - largest);
    sum = sum * factor + expOf(f32.load(sink) - largest);
  }
  for (let left = valueLength; left > 0; left -= 4, state += 16, out += 16) {
    let value = v128.load(state);
    if (sink != 0) value = f32x4.add(f32x4.mul(value, f32x4.splat(factor)), f32x4.splat(0));
    storeLanes(out, f32x4.div(value, f32x4.splat(sum)), left);
  }
}
