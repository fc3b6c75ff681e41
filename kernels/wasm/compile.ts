import { decodeBase64 } from "./base64.ts";
import { plain, relaxed } from "./build/modules.ts";
import { hasRelaxedSimd, hasSharedMemory, hasSimd } from "./features.ts";

/** Which of the modules: for workers' shared memory or not, with relaxed SIMD or without. */
export interface KernelOptions {
  /** Whether the memory is shared. The module and the memory must agree. */
  readonly shared: boolean;
  /** Relaxed SIMD (Node 22 and later) instead of plain SIMD. The results are the same bits. Default: where it exists. */
  readonly relaxed?: boolean;
}

const cache = new Map<string, Promise<WebAssembly.Module>>();

/** Whether this engine can run such kernels. */
export function kernelsSupported(options: KernelOptions): boolean {
  return hasSimd() && (options.relaxed !== true || hasRelaxedSimd()) && (!options.shared || hasSharedMemory());
}

/**
 * The kernels as a module, compiled at the first call for these options. A module can be posted to a worker.
 * @throws WebAssembly.CompileError where `kernelsSupported` is false
 */
export function compileKernels(options: KernelOptions): Promise<WebAssembly.Module> {
  const isRelaxed = options.relaxed ?? hasRelaxedSimd();
  const key = `${options.shared} ${isRelaxed}`;
  let module = cache.get(key);
  if (module === undefined) {
    const { base64, memoryKindAt } = isRelaxed ? relaxed : plain;
    const bytes = decodeBase64(base64);
    bytes[memoryKindAt] = options.shared ? 3 : 1;
    module = WebAssembly.compile(bytes);
    cache.set(key, module);
  }
  return module;
}
