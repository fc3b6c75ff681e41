/**
 * How formats find scales when they pack, four groups in the four lanes: each lane does what `kernels/formats/search.ts`
 * defines, in its order.
 */
// @ts-ignore: decorator
@inline const MAGIC: f32 = 12582912;

/** Four singles as a vector. */
// @ts-ignore: decorator
@inline function gather(a: usize, b: usize, c: usize, d: usize): v128 {
  let v = v128.load32_zero(a);
  v = v128.load32_lane(b, v, 1);
  v = v128.load32_lane(c, v, 2);
  return v128.load32_lane(d, v, 3);
}

/**
 * Value k of four groups side by side: `length` vectors at `to`, and after them the weights'. Groups past the last are
 * the last again.
 */
// @ts-ignore: decorator
@inline function transpose(values: usize, weights: usize, left: i32, length: i32, to: usize): void {
  const row = <usize>length << 2;
  const b: usize = left > 1 ? row : 0;
  const c: usize = left > 2 ? 2 * row : b;
  const d: usize = left > 3 ? 3 * row : c;
  for (let k: usize = 0; k < row; k += 4) {
    v128.store(to + 4 * k, gather(values + k, values + b + k, values + c + k, values + d + k));
    v128.store(to + 4 * (row + k), gather(weights + k, weights + b + k, weights + c + k, weights + d + k));
  }
}

/** Writes the four lanes of `length` vectors (whole numbers 0…255) as rows of bytes. */
// @ts-ignore: decorator
@inline function storeNumbers(from: usize, left: i32, length: i32, numbers: usize): void {
  for (let k: i32 = 0; k < length; k++) {
    const v = i32x4.trunc_sat_f32x4_s(v128.load(from + (<usize>k << 4)));
    store<u8>(numbers + k, i32x4.extract_lane(v, 0));
    if (left > 1) store<u8>(numbers + length + k, i32x4.extract_lane(v, 1));
    if (left > 2) store<u8>(numbers + 2 * length + k, i32x4.extract_lane(v, 2));
    if (left > 3) store<u8>(numbers + 3 * length + k, i32x4.extract_lane(v, 3));
  }
}

// @ts-ignore: decorator
@inline function storeLeft(p: usize, v: v128, left: i32): void {
  store<f32>(p, f32x4.extract_lane(v, 0));
  if (left > 1) store<f32>(p, f32x4.extract_lane(v, 1), 4);
  if (left > 2) store<f32>(p, f32x4.extract_lane(v, 2), 8);
  if (left > 3) store<f32>(p, f32x4.extract_lane(v, 3), 12);
}

/** The integer nearest to v, in 0 … top; 0 for NaN. */
// @ts-ignore: decorator
@inline function roundWithin(v: v128, magic: v128, zero: v128, top: v128): v128 {
  const rounded = f32x4.sub(f32x4.add(v, magic), magic);
  return f32x4.pmin(top, f32x4.pmax(zero, rounded));
}

/**
 * Scale and minimum of `count` groups of `length` values and weights each, side by side. `scratch`: 64·length bytes.
 */
// prettier-ignore
export function fitScaleAndMin(values: usize, weights: usize, count: i32, length: i32, top: f32, first: f32, step: f32, steps: i32, absolute: i32, numbers: usize, scales: usize, minima: usize, scratch: usize): void {
  const block = <usize>length << 4;
  const zero = f32x4.splat(0);
  const magic = f32x4.splat(MAGIC);
  const tops = f32x4.splat(top);
  const infinity = f32x4.splat(Infinity);
  const weightAt = scratch + block;
  const tried = weightAt + block;
  const best = tried + block;
  for (let left = count; left > 0; left -= 4) {
    transpose(values, weights, left, length, scratch);
    let low = v128.load(scratch);
    let high = low;
    let sumW = zero;
    let sumX = zero;
    for (let k: usize = 0; k < block; k += 16) {
      const x = v128.load(scratch + k);
      const weight = v128.load(weightAt + k);
      low = f32x4.pmin(low, x);
      high = f32x4.pmax(high, x);
      sumW = f32x4.add(sumW, weight);
      sumX = f32x4.add(sumX, f32x4.mul(weight, x));
    }
    low = v128.bitselect(zero, low, f32x4.gt(low, zero));
    const flat = f32x4.eq(high, low);
    const flatLow = low;

    let inverse = f32x4.div(tops, f32x4.sub(high, low));
    let scale = f32x4.div(f32x4.splat(1), inverse);
    let limit = v128.and(tops, f32x4.lt(inverse, infinity));
    let bestError = zero;
    for (let k: usize = 0; k < block; k += 16) {
      const x = v128.load(scratch + k);
      const number = roundWithin(f32x4.mul(inverse, f32x4.sub(x, low)), magic, zero, limit);
      v128.store(best + k, number);
      const error = f32x4.sub(f32x4.add(f32x4.mul(scale, number), low), x);
      const size = absolute ? f32x4.abs(error) : f32x4.mul(error, error);
      bestError = f32x4.add(bestError, f32x4.mul(v128.load(weightAt + k), size));
    }

    for (let attempt: i32 = 0; attempt <= steps; attempt++) {
      inverse = f32x4.div(f32x4.splat(first + step * <f32>attempt + top), f32x4.sub(high, low));
      limit = v128.and(tops, f32x4.lt(inverse, infinity));
      let sumL = zero;
      let sumLL = zero;
      let sumXL = zero;
      for (let k: usize = 0; k < block; k += 16) {
        const x = v128.load(scratch + k);
        const number = roundWithin(f32x4.mul(inverse, f32x4.sub(x, low)), magic, zero, limit);
        v128.store(tried + k, number);
        const weighted = f32x4.mul(v128.load(weightAt + k), number);
        sumL = f32x4.add(sumL, weighted);
        sumLL = f32x4.add(sumLL, f32x4.mul(weighted, number));
        sumXL = f32x4.add(sumXL, f32x4.mul(weighted, x));
      }
      const determinant = f32x4.sub(f32x4.mul(sumW, sumLL), f32x4.mul(sumL, sumL));
      let newScale = f32x4.div(f32x4.sub(f32x4.mul(sumW, sumXL), f32x4.mul(sumX, sumL)), determinant);
      let newLow = f32x4.div(f32x4.sub(f32x4.mul(sumLL, sumX), f32x4.mul(sumL, sumXL)), determinant);
      const positive = f32x4.gt(newLow, zero);
      newLow = v128.andnot(newLow, positive);
      newScale = v128.bitselect(f32x4.div(sumXL, sumLL), newScale, positive);
      let newError = zero;
      for (let k: usize = 0; k < block; k += 16) {
        const error = f32x4.sub(f32x4.add(f32x4.mul(newScale, v128.load(tried + k)), newLow), v128.load(scratch + k));
        const size = absolute ? f32x4.abs(error) : f32x4.mul(error, error);
        newError = f32x4.add(newError, f32x4.mul(v128.load(weightAt + k), size));
      }
      const better = v128.and(f32x4.gt(determinant, zero), f32x4.lt(newError, bestError));
      if (!v128.any_true(better)) continue;
      bestError = v128.bitselect(newError, bestError, better);
      scale = v128.bitselect(newScale, scale, better);
      low = v128.bitselect(newLow, low, better);
      for (let k: usize = 0; k < block; k += 16) {
        v128.store(best + k, v128.bitselect(v128.load(tried + k), v128.load(best + k), better));
      }
    }

    for (let k: usize = 0; k < block; k += 16) v128.store(best + k, v128.andnot(v128.load(best + k), flat));
    storeNumbers(best, left, length, numbers);
    storeLeft(scales, v128.andnot(scale, flat), left);
    storeLeft(minima, f32x4.neg(v128.bitselect(flatLow, low, flat)), left);
    values += block;
    weights += block;
    numbers += <usize>length << 2;
    scales += 16;
    minima += 16;
  }
}

/**
 * Scale of `count` groups of `length` values and weights each, side by side; numbers −bound … bound − 1, stored plus
 * bound. `scratch`: 64·length bytes.
 */
// prettier-ignore
export function fitScale(values: usize, weights: usize, count: i32, length: i32, bound: f32, numbers: usize, scales: usize, scratch: usize): void {
  const block = <usize>length << 4;
  const zero = f32x4.splat(0);
  const magic = f32x4.splat(MAGIC);
  const lowest = f32x4.splat(-bound);
  const highest = f32x4.splat(bound - 1);
  const shift = f32x4.splat(bound);
  const weightAt = scratch + block;
  const tried = weightAt + block;
  const found = tried + block;
  for (let left = count; left > 0; left -= 4) {
    transpose(values, weights, left, length, scratch);
    let extreme = zero;
    for (let k: usize = 0; k < block; k += 16) {
      const x = v128.load(scratch + k);
      extreme = v128.bitselect(x, extreme, f32x4.gt(f32x4.abs(x), f32x4.abs(extreme)));
    }
    const negligible = f32x4.lt(f32x4.abs(extreme), f32x4.splat(1e-15));
    let best = zero;
    let scale = zero;
    for (let attempt: i32 = -10; attempt <= 9; attempt++) {
      const isFirst = attempt == -10;
      if (attempt == 0) continue;
      const share: f32 = isFirst ? 0 : 0.1 * <f32>attempt;
      const inverse = f32x4.div(f32x4.splat(-(bound + share)), extreme);
      let dot = zero;
      let norm = zero;
      for (let k: usize = 0; k < block; k += 16) {
        const x = v128.load(scratch + k);
        const weight = v128.load(weightAt + k);
        const rounded = f32x4.sub(f32x4.add(f32x4.mul(inverse, x), magic), magic);
        const number = f32x4.pmax(lowest, f32x4.pmin(highest, rounded));
        v128.store(tried + k, f32x4.add(number, shift));
        dot = f32x4.add(dot, f32x4.mul(f32x4.mul(weight, x), number));
        norm = f32x4.add(norm, f32x4.mul(f32x4.mul(weight, number), number));
      }
      const larger = f32x4.gt(f32x4.mul(dot, dot), f32x4.mul(best, norm));
      const better = isFirst ? i32x4.splat(-1) : v128.and(f32x4.gt(norm, zero), larger);
      if (!v128.any_true(better)) continue;
      const newScale = v128.andnot(f32x4.div(dot, norm), f32x4.eq(norm, zero));
      scale = v128.bitselect(newScale, scale, better);
      best = v128.bitselect(f32x4.mul(newScale, dot), best, better);
      for (let k: usize = 0; k < block; k += 16) {
        v128.store(found + k, v128.bitselect(v128.load(tried + k), v128.load(found + k), better));
      }
    }
    for (let k: usize = 0; k < block; k += 16) v128.store(found + k, v128.andnot(v128.load(found + k), negligible));
    storeNumbers(found, left, length, numbers);
    storeLeft(scales, v128.andnot(scale, negligible), left);
    values += block;
    weights += block;
    numbers += <usize>length << 2;
    scales += 16;
  }
}
