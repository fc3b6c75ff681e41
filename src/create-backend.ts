import { hasSharedMemory, kernelsSupported } from "../kernels/wasm/index.ts";
import { InvalidArgumentError } from "./errors.ts";
import { createWasmBackend } from "./plan/index.ts";
import { availableProcessors } from "./platform/index.ts";
import { type Backend, type Precision, createReferenceBackend } from "./tensor/index.ts";

export interface BackendOptions {
  /** `int8` is the fast default for quantised weights, `f32` the yardstick. */
  readonly precision?: Precision | undefined;
  /**
   * `wasm`: WebAssembly SIMD; `reference`: the scalar definition, which gives the same bits slowly. Default: `wasm`
   * where the engine has SIMD and there are kernels for all of the model.
   */
  readonly kernels?: Backend["kernels"] | undefined;
  /** Threads that compute. Default: as many as the processor has cores, 1 where memory can't be shared. */
  readonly threads?: number | undefined;
}

/**
 * Chooses what computes.
 * @throws InvalidArgumentError for an option that no backend has
 */
export async function createBackend(options: BackendOptions): Promise<Backend> {
  const { precision = "int8", threads } = options;
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1 || threads > 256)) {
    throw new InvalidArgumentError(`threads must be a whole number from 1 to 256, not ${threads}`);
  }
  // The types say so too, but scripts without types would get another precision than they think.
  if (!["int8", "f32"].includes(precision)) {
    throw new InvalidArgumentError(`precision must be "int8" or "f32", not "${precision}"`);
  }
  const kernels = options.kernels ?? (kernelsSupported({ shared: false }) ? "wasm" : "reference");
  if (!["wasm", "reference"].includes(kernels)) {
    throw new InvalidArgumentError(`kernels must be "wasm" or "reference", not "${kernels}"`);
  }
  if (kernels === "reference") return createReferenceBackend(precision);
  if (!kernelsSupported({ shared: false })) {
    throw new InvalidArgumentError(`this engine has no WebAssembly SIMD: use the "reference" kernels`);
  }
  if (threads !== undefined && threads > 1 && !hasSharedMemory()) {
    throw new InvalidArgumentError(
      "threads need SharedArrayBuffer, which this page has only when cross-origin isolated",
    );
  }
  return createWasmBackend({ precision, threads: threads ?? (hasSharedMemory() ? availableProcessors() : 1) });
}
