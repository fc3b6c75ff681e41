/** The largest values of a row of logits. */

/** The place of the largest of n values, the first of equals; −1 if all are NaN. */
export function argmax(x: usize, n: i32): i32 {
  let m = f32x4.splat(-Infinity);
  let i = 0;
  for (; i + 4 <= n; i += 4) m = f32x4.pmax(m, v128.load(x + (<usize>i << 2))); // passes NaN over
  let largest = max(max(f32x4.extract_lane(m, 0), f32x4.extract_lane(m, 1)), max(f32x4.extract_lane(m, 2), f32x4.extract_lane(m, 3)));
  for (; i < n; i++) {
    const value = load<f32>(x + (<usize>i << 2));
    if (value > largest) largest = value;
  }
  m = f32x4.splat(largest);
  for (i = 0; i + 4 <= n && !v128.any_true(f32x4.eq(v128.load(x + (<usize>i << 2)), m)); i += 4) {}
  for (; i < n; i++) if (load<f32>(x + (<usize>i << 2)) == largest) return i;
  return -1;
}

/**
 * The places (i32) and values of the k largest of n values, largest first, of equals the first place first; NaN is left
 * out. Answers how many there are. An insertion for each value that is among the k largest so far: for k up to hundreds.
 */
export function topK(x: usize, n: i32, k: i32, places: usize, values: usize): i32 {
  let count = 0;
  if (k <= 0) return 0;
  let least = f32x4.splat(-Infinity);
  for (let i = 0; i < n; i++) {
    if (count == k && (i & 3) == 0) {
      while (i + 4 <= n && !v128.any_true(f32x4.gt(v128.load(x + (<usize>i << 2)), least))) i += 4;
      if (i >= n) break;
    }
    const value = load<f32>(x + (<usize>i << 2));
    if (value != value) continue;
    if (count == k) {
      if (value <= load<f32>(values + (<usize>(k - 1) << 2))) continue;
      count--;
    }
    let at = count++;
    for (; at > 0 && load<f32>(values + (<usize>(at - 1) << 2)) < value; at--) {
      store<f32>(values + (<usize>at << 2), load<f32>(values + (<usize>(at - 1) << 2)));
      store<i32>(places + (<usize>at << 2), load<i32>(places + (<usize>(at - 1) << 2)));
    }
    store<f32>(values + (<usize>at << 2), value);
    store<i32>(places + (<usize>at << 2), i);
    if (count == k) least = v128.load32_splat(values + (<usize>(k - 1) << 2));
  }
  return count;
}
