/** Running a kernel in every module against its reference. */
import fc from "fast-check";
import {
  compileKernels,
  createMemory,
  instantiateKernels,
  kernelsSupported,
  memoryStart,
} from "../../kernels/wasm/index.ts";
import type { Kernels, Pointer } from "../../kernels/wasm/index.ts";
import { property } from "../support/property.ts";

/** Memory handed out from the start on, forgotten at the next case. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  private next: number = memoryStart;

  constructor(shared: boolean) {
    this.memory = createMemory({ bytes: 2 ** 23, maximumBytes: 2 ** 23, shared });
  }

  /** Starts anew, with what is there overwritten by bytes that would show in a result. */
  reset(): void {
    new Uint8Array(this.memory.buffer, 0, this.next + 64).fill(0xff);
    this.next = memoryStart;
  }

  /** Room for so many bytes, 8 bytes aligned but never 16, so that a kernel that relied on more would fail somewhere. */
  take(bytes: number): Pointer {
    const at = this.next + (this.next % 16 === 8 ? 0 : 8);
    this.next = Math.ceil((at + bytes) / 8) * 8;
    return at;
  }

  bytes(at: Pointer, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  floats(at: Pointer, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  put(data: Uint8Array | Float32Array | Int32Array): Pointer {
    const at = this.take(data.byteLength);
    this.bytes(at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return at;
  }
}

/** A kernel and what it must equal: an entry of the tables. */
export interface KernelLaw<T> {
  readonly name: string;
  readonly cases: fc.Arbitrary<T>;
  /** What the scalar reference returns. */
  reference(input: T): Float32Array;
  /** The same from the kernel; may be a view of the memory. */
  kernel(kernels: Kernels, heap: Heap, input: T): Float32Array;
}

/** Keeps the type parameter of an entry to itself, so that entries of all types stand in one table. */
export interface Law {
  readonly name: string;
  check(instances: readonly Instance[], runs: number): Promise<void>;
}

/** One of the modules over its memory. */
export interface Instance {
  readonly name: string;
  readonly kernels: Kernels;
  readonly heap: Heap;
}

/** Both instruction sets over both kinds of memory, and relaxed SIMD as on engines that can't multiply whole bytes. */
export function allInstances(): Promise<Instance[]> {
  const kinds = [
    { name: "plain", relaxed: false, shared: false },
    { name: "plain, shared memory", relaxed: false, shared: true },
    { name: "relaxed", relaxed: true, shared: false },
    { name: "relaxed, shared memory", relaxed: true, shared: true },
    { name: "relaxed, 7-bit products", relaxed: true, shared: false, sevenBits: true },
  ].filter(kernelsSupported);
  return Promise.all(
    kinds.map(async ({ name, sevenBits, ...kind }) => {
      const heap = new Heap(kind.shared);
      const kernels = instantiateKernels(await compileKernels(kind), heap.memory);
      if (sevenBits === true) kernels.useSevenBits();
      return { name, kernels, heap };
    }),
  );
}

/** In how many places at once a kernel may read. */
const streamCounts = fc.constantFrom(1, 2, 4, 8);

/** The law that a kernel returns the reference's bits (any NaN for any NaN), in every instance, however it reads. */
export function law<T>(entry: KernelLaw<T>): Law {
  return {
    name: entry.name,
    check: (instances, runs) =>
      property(
        fc.tuple(entry.cases, streamCounts),
        ([input, streams]) => {
          const expected = entry.reference(input);
          for (const { name, kernels, heap } of instances) {
            heap.reset();
            kernels.useStreams(streams);
            const got = entry.kernel(kernels, heap, input);
            const at = firstDifference(got, expected);
            if (at >= 0) throw new Error(`${name}, ${streams} streams: at ${at}, ${got[at]} is not ${expected[at]}`);
          }
        },
        { runs },
      ),
  };
}

function firstDifference(a: Float32Array, b: Float32Array): number {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) return i;
  return a.length === b.length ? -1 : b.length;
}
