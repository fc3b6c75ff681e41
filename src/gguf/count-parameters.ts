/** The numbers in tensors of these shapes, together. */
export function countParameters(tensors: Iterable<{ readonly shape: readonly number[] }>): number {
  let count = 0;
  for (const { shape } of tensors) count += shape.reduce((product, length) => product * length, 1);
  return count;
}
