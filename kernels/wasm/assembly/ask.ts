/**
 * Asking for weights ahead, where a product waits for memory: with one token each weight is met once. WebAssembly can't ask
 * for memory without waiting for it, but what is waited for together is waited for once.
 */

/** So many bytes ahead of the weights in use are asked for together: 12 lines of the cache. */
// @ts-ignore: decorator
@inline const AHEAD: usize = 768;

/**
 * A page of memory. What the processor fetches by itself ends with it, and the first load of the next one waits for its
 * address to be looked up: so its first byte is loaded long before.
 */
// @ts-ignore: decorator
@inline const PAGE: usize = 4096;

/** Loads a byte of each line of the bytes ahead of `at`, and the first of the page after it, or the one before `end`. */
// @ts-ignore: decorator
@inline export function ask(at: usize, end: usize): void {
  load<u8>(min((at + PAGE - 1) & ~(PAGE - 1), end - 1));
  at += AHEAD;
  load<u8>(at), load<u8>(at, 64), load<u8>(at, 128), load<u8>(at, 192), load<u8>(at, 256), load<u8>(at, 320);
  load<u8>(at, 384), load<u8>(at, 448), load<u8>(at, 512), load<u8>(at, 576), load<u8>(at, 640), load<u8>(at, 704);
}

/** From where on to ask again, after asking at `at`, or at `at` where nothing was asked yet; near the `end`, never. */
// @ts-ignore: decorator
@inline export function nextAsk(at: usize, end: usize, isFirst: bool): usize {
  const next = isFirst ? at : at + AHEAD;
  return next + 3 * AHEAD < end ? next : <usize>-1;
}
