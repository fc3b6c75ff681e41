/** What happens to the gradients: summed over units of work, measured, and used. */

/**
 * Adds the gradients of all units, `stride` bytes apart, into the first one's place, in order of the units, times
 * `scale`. Returns the sum of squares of the result, in double precision. n is a multiple of 4.
 */
export function reduceGradients(g: usize, stride: usize, units: i32, n: i32, scale: f32): f64 {
  let even = f64x2.splat(0), odd = even;
  const factor = f32x4.splat(scale);
  for (const end = g + (<usize>n << 2); g < end; g += 16) {
    let sum = v128.load(g), at = g;
    for (let unit = 1; unit < units; unit++) sum = f32x4.add(sum, v128.load((at += stride)));
    sum = f32x4.mul(sum, factor);
    v128.store(g, sum);
    const low = f64x2.promote_low_f32x4(sum), high = f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 0));
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  even = f64x2.add(even, odd);
  return f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
}

/** See `adamW` of the reference. n is a multiple of 4. */
// prettier-ignore
export function adamW(p: usize, g: usize, m: usize, v: usize, n: i32, clip: f32, beta1: f32, beta2: f32, rate: f32, keep: f32, root: f32, epsilon: f32): void {
  const c = f32x4.splat(clip), b1 = f32x4.splat(beta1), b2 = f32x4.splat(beta2);
  const a1 = f32x4.splat(<f32>1 - beta1), a2 = f32x4.splat(<f32>1 - beta2);
  const r = f32x4.splat(rate), k = f32x4.splat(keep), w = f32x4.splat(root), e = f32x4.splat(epsilon);
  const end = <usize>n << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const d = f32x4.mul(v128.load(g + i), c);
    const first = f32x4.add(f32x4.mul(v128.load(m + i), b1), f32x4.mul(d, a1));
    const second = f32x4.add(f32x4.mul(v128.load(v + i), b2), f32x4.mul(f32x4.mul(d, d), a2));
    v128.store(m + i, first);
    v128.store(v + i, second);
    const step = f32x4.div(f32x4.mul(first, r), f32x4.add(f32x4.mul(f32x4.sqrt(second), w), e));
    v128.store(p + i, f32x4.sub(f32x4.mul(v128.load(p + i), k), step));
  }
}
