/** What the engine can do, found by validating modules of a few bytes. */

const header = [0, 97, 115, 109, 1, 0, 0, 0];
/** A function () → v128 as the only type, and one function of it. */
const vectorFunction = [1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0];

function validates(...bytes: number[]): boolean {
  return WebAssembly.validate(new Uint8Array([...header, ...bytes]));
}

/** `i32.const 0; i8x16.splat` */
export function hasSimd(): boolean {
  return validates(...vectorFunction, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11);
}

/** `i32x4.relaxed_dot_i8x16_i7x16_add_s` of three splats. */
export function hasRelaxedSimd(): boolean {
  const splat = [65, 0, 253, 15];
  return validates(...vectorFunction, 10, 19, 1, 17, 0, ...splat, ...splat, ...splat, 253, 147, 2, 11);
}

/** Whether there is memory that workers can share: not in a page without cross-origin isolation. */
export function hasSharedMemory(): boolean {
  return typeof SharedArrayBuffer !== "undefined" && validates(5, 4, 1, 3, 1, 1);
}
