import { describe, expect, it } from "vitest";
import {
  compileKernels,
  createMemory,
  hasRelaxedSimd,
  hasSharedMemory,
  hasSimd,
  instantiateKernels,
  kernelsSupported,
} from "../../../kernels/wasm/index.ts";
import { plain, relaxed } from "../../../kernels/wasm/build/modules.ts";

/** What the engine itself says of our modules. */
function validates({ base64 }: { base64: string }): boolean {
  return WebAssembly.validate(Uint8Array.from(Buffer.from(base64, "base64")));
}

describe("features", () => {
  it("are there exactly where the modules that need them are valid", () => {
    expect(hasSimd()).toBe(validates(plain));
    expect(hasRelaxedSimd()).toBe(validates(relaxed));
  });

  it("decide what is supported", () => {
    expect(kernelsSupported({ shared: false })).toBe(hasSimd());
    expect(kernelsSupported({ shared: true, relaxed: true })).toBe(hasSharedMemory() && hasRelaxedSimd());
  });

  it("find no shared memory where SharedArrayBuffer is missing", () => {
    const kept = globalThis.SharedArrayBuffer;
    Object.assign(globalThis, { SharedArrayBuffer: undefined });
    try {
      expect(hasSharedMemory()).toBe(false);
      expect(kernelsSupported({ shared: true })).toBe(false);
    } finally {
      Object.assign(globalThis, { SharedArrayBuffer: kept });
    }
  });
});

describe("compileKernels", () => {
  it("compiles each kind once", async () => {
    const module = await compileKernels({ shared: false, relaxed: false });
    expect(await compileKernels({ shared: false, relaxed: false })).toBe(module);
    expect(await compileKernels({ shared: true, relaxed: false })).not.toBe(module);
  });

  it("makes modules that link with their kind of memory only", async () => {
    for (const shared of [false, true]) {
      const module = await compileKernels({ shared });
      expect(() => instantiateKernels(module, createMemory({ bytes: 1, shared }))).not.toThrow();
      expect(() => instantiateKernels(module, createMemory({ bytes: 1, shared: !shared }))).toThrow(
        WebAssembly.LinkError,
      );
    }
  });

  it("takes plain SIMD when told", async () => {
    const memory = createMemory({ bytes: 1, shared: false });
    const module = await compileKernels({ shared: false, relaxed: false });
    expect(instantiateKernels(module, memory).activationBytes()).toBe(92); // 16-bit integers
  });

  it("imports a memory and nothing else, and exports functions only", async () => {
    const module = await compileKernels({ shared: true });
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    expect(new Set(WebAssembly.Module.exports(module).map(({ kind }) => kind))).toEqual(new Set(["function"]));
  });

  it("stays under 200 KiB", () => {
    const bytes = [plain, relaxed].reduce((sum, { base64 }) => sum + (base64.length * 3) / 4, 0);
    expect(bytes).toBeLessThan(200 * 1024);
  });
});

describe("createMemory", () => {
  it("is large enough, and can grow to its maximum only", () => {
    const memory = createMemory({ bytes: 65537, maximumBytes: 3 * 65536, shared: false });
    expect(memory.buffer.byteLength).toBe(2 * 65536);
    memory.grow(1);
    expect(() => memory.grow(1)).toThrow(RangeError);
  });
});
