import { type Kernels, instantiateKernels } from "../../kernels/wasm/index.ts";

/** One thread's hold on one memory: an instance of the kernels, and the memory's numbers. */
export class Workspace {
  readonly kernels: Kernels;
  private readonly memory: WebAssembly.Memory;
  private words: Int32Array;
  private singles: Float32Array;
  private bytes: Uint8Array;

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory) {
    this.memory = memory;
    this.kernels = instantiateKernels(module, memory);
    this.words = new Int32Array(memory.buffer);
    this.singles = new Float32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
  }

  get i32(): Int32Array {
    this.refresh();
    return this.words;
  }

  get f32(): Float32Array {
    this.refresh();
    return this.singles;
  }

  get u8(): Uint8Array {
    this.refresh();
    return this.bytes;
  }

  /** Memory may have grown since, which detaches or outdates its buffer. */
  private refresh(): void {
    const { buffer } = this.memory;
    if (this.bytes.buffer === buffer) return;
    this.words = new Int32Array(buffer);
    this.singles = new Float32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }
}
