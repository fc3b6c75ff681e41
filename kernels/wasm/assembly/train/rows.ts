/** Backward passes of the operations on rows, and those forward passes that training needs besides inference's. */
import { exp } from "../exp";
import { sumLanes } from "../simd";

/** out += x, or out = x: `n` numbers, a multiple of 4. */
export function accumulate(x: usize, n: i32, out: usize, add: bool): void {
  const end = x + (<usize>n << 2);
  if (add) for (; x < end; x += 16, out += 16) v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
  else for (; x < end; x += 16, out += 16) v128.store(out, v128.load(x));
}

// @ts-ignore: decorator
@inline function put(at: usize, v: v128, add: bool): void {
  v128.store(at, add ? f32x4.add(v128.load(at), v) : v);
}

/** See `rmsNormBackward` of the reference. n is a multiple of 4. */
// prettier-ignore
export function rmsNormBackward(x: usize, weight: usize, epsilon: f32, dy: usize, rows: i32, n: i32, dx: usize, dWeight: usize, add: bool): void {
  const bytes = <usize>n << 2;
  for (let row = 0; row < rows; row++, x += bytes, dy += bytes, dx += bytes) {
    let squares = f32x4.splat(0), sums = squares;
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = v128.load(x + i);
      squares = f32x4.add(squares, f32x4.mul(v, v));
      sums = f32x4.add(sums, f32x4.mul(f32x4.mul(v128.load(dy + i), v128.load(weight + i)), v));
    }
    const r = <f32>1 / sqrt(sumLanes(squares) / <f32>n + epsilon);
    const c = f32x4.splat(r * r * (sumLanes(sums) / <f32>n)), s = f32x4.splat(r);
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = v128.load(x + i), g = v128.load(dy + i);
      put(dx + i, f32x4.mul(f32x4.sub(f32x4.mul(g, v128.load(weight + i)), f32x4.mul(v, c)), s), add);
      v128.store(dWeight + i, f32x4.add(v128.load(dWeight + i), f32x4.mul(g, f32x4.mul(v, s))));
    }
  }
}

/** See `swigluBackward` of the reference. n is a multiple of 4. */
// prettier-ignore
export function swigluBackward(gate: usize, up: usize, dy: usize, n: i32, dGate: usize, dUp: usize, addGate: bool, addUp: bool): void {
  const one = f32x4.splat(1), end = <usize>n << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const g = v128.load(gate + i), d = v128.load(dy + i);
    const sigmoid = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(g))));
    const slope = f32x4.mul(sigmoid, f32x4.add(one, f32x4.mul(g, f32x4.sub(one, sigmoid))));
    put(dGate + i, f32x4.mul(f32x4.mul(d, v128.load(up + i)), slope), addGate);
    put(dUp + i, f32x4.mul(d, f32x4.mul(g, sigmoid)), addUp);
  }
}

/** dTable[tokens[t]] += dy[t], in order of t. */
export function embedBackward(tokens: usize, rows: i32, n: i32, dy: usize, dTable: usize): void {
  const bytes = <usize>n << 2;
  for (let t = 0; t < rows; t++, dy += bytes) {
    accumulate(dy, n, dTable + <usize>load<i32>(tokens + (<usize>t << 2)) * bytes, true);
  }
}

/** out[t] = table[tokens[t]]. */
export function embedRows(tokens: usize, rows: i32, n: i32, table: usize, out: usize): void {
  const bytes = <usize>n << 2;
  for (let t = 0; t < rows; t++, out += bytes) {
    accumulate(table + <usize>load<i32>(tokens + (<usize>t << 2)) * bytes, n, out, false);
  }
}
