/** Bytes of a page of WebAssembly memory. */
export const memoryPage = 65536;

/** Below this address nothing may lie: a kernel may assume that no pointer plus a small offset is near 0. */
export const memoryStart = 1024;

/**
 * A memory that the kernels can import: at least `bytes` large. It has a maximum, as the import asks, whether shared or
 * not.
 */
export function createMemory(options: { bytes: number; maximumBytes?: number; shared: boolean }): WebAssembly.Memory {
  const initial = Math.max(1, Math.ceil(options.bytes / memoryPage));
  const maximum = Math.min(65536, Math.max(initial, Math.ceil((options.maximumBytes ?? 2 ** 32) / memoryPage)));
  return new WebAssembly.Memory({ initial, maximum, shared: options.shared });
}
