/** Rotary position embedding, in place. */

/**
 * Turns the first 2·pairs values of each head. Row t of x begins `stride` values after row t − 1 and holds `heads` heads
 * of `headLength`. Cosines and sines: row positions[t] of [positions, pairs], or row t if `positions` is 0. `adjacent`:
 * pairs are x[2i], x[2i + 1]; otherwise x[i], x[i + pairs].
 */
// prettier-ignore
export function rope(x: usize, stride: i32, tokens: i32, heads: i32, headLength: i32, pairs: i32, adjacent: bool, cos: usize, sin: usize, positions: usize): void {
  for (let t = 0; t < tokens; t++) {
    const row = positions == 0 ? t : load<i32>(positions + (<usize>t << 2));
    const c = cos + ((<usize>row * pairs) << 2), s = sin + ((<usize>row * pairs) << 2);
    for (let head = 0; head < heads; head++) {
      const at = x + ((<usize>head * headLength) << 2);
      if (adjacent) turnAdjacent(at, pairs, c, s);
      else turnHalves(at, pairs, c, s);
    }
    x += <usize>stride << 2;
  }
}

// @ts-ignore: decorator
@inline function turnAdjacent(x: usize, pairs: i32, cos: usize, sin: usize): void {
  let i = 0;
  for (; i + 4 <= pairs; i += 4, x += 32, cos += 16, sin += 16) {
    const a = v128.load(x), b = v128.load(x, 16), c = v128.load(cos), s = v128.load(sin);
    const x0 = i32x4.shuffle(a, b, 0, 2, 4, 6), x1 = i32x4.shuffle(a, b, 1, 3, 5, 7);
    const y0 = f32x4.sub(f32x4.mul(x0, c), f32x4.mul(x1, s)), y1 = f32x4.add(f32x4.mul(x0, s), f32x4.mul(x1, c));
    v128.store(x, i32x4.shuffle(y0, y1, 0, 4, 1, 5));
    v128.store(x, i32x4.shuffle(y0, y1, 2, 6, 3, 7), 16);
  }
  for (; i < pairs; i++, x += 8, cos += 4, sin += 4) turn(x, x + 4, load<f32>(cos), load<f32>(sin));
}

// @ts-ignore: decorator
@inline function turnHalves(x: usize, pairs: i32, cos: usize, sin: usize): void {
  const far = <usize>pairs << 2;
  let i = 0;
  for (; i + 4 <= pairs; i += 4, x += 16, cos += 16, sin += 16) {
    const x0 = v128.load(x), x1 = v128.load(x + far), c = v128.load(cos), s = v128.load(sin);
    v128.store(x, f32x4.sub(f32x4.mul(x0, c), f32x4.mul(x1, s)));
    v128.store(x + far, f32x4.add(f32x4.mul(x0, s), f32x4.mul(x1, c)));
  }
  for (; i < pairs; i++, x += 4, cos += 4, sin += 4) turn(x, x + far, load<f32>(cos), load<f32>(sin));
}

// @ts-ignore: decorator
@inline function turn(at0: usize, at1: usize, c: f32, s: f32): void {
  const x0 = load<f32>(at0), x1 = load<f32>(at1);
  store<f32>(at0, x0 * c - x1 * s);
  store<f32>(at1, x0 * s + x1 * c);
}
