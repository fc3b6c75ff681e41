const { Memory } = WebAssembly;

/** Runs a function, and gives beside its result how many bytes the WebAssembly memories have that it made. */
export async function withWasmBytes<T>(make: () => Promise<T>): Promise<{ made: T; wasmBytes: () => number }> {
  const memories: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      memories.push(this);
    }
  };
  try {
    const made = await make();
    return { made, wasmBytes: () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) };
  } finally {
    WebAssembly.Memory = Memory;
  }
}
