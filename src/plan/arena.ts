import { memoryStart } from "../../kernels/wasm/index.ts";
import { ModelError } from "../errors.ts";

const wasmPage = 65536;
/** A 32-bit memory has 65,536 pages of 64 KiB; the last is left alone, so that no pointer's end wraps to 0. */
const maxPages = 65535;
/** Every block begins at a cache line, */
const alignment = 64;
/** and one of so many bytes at a page of the processor's memory: kernels read such a block in several places at once. */
const large = 65536;
const memoryPage = 4096;

/**
 * One WebAssembly memory, of which blocks are handed out upwards. It grows as they are asked for, so nothing is paid for
 * that is not used. Blocks are not taken back: a `BlockPool` hands out its own again.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  private top = memoryStart;
  private cached: { f32: Float32Array; i32: Int32Array; u8: Uint8Array } | undefined;

  constructor(shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages, shared });
  }

  /** Bytes handed out so far. */
  get used(): number {
    return this.top;
  }

  /** Bytes that can still be handed out. */
  get room(): number {
    return maxPages * wasmPage - this.top;
  }

  get f32(): Float32Array {
    return this.views().f32;
  }

  get i32(): Int32Array {
    return this.views().i32;
  }

  get u8(): Uint8Array {
    return this.views().u8;
  }

  /**
   * The address of `bytes` bytes, a multiple of 64, and of 4,096 for 64 KiB and more. What they hold is undefined.
   * @throws ModelError `OUT_OF_MEMORY`
   */
  allocate(bytes: number): number {
    const size = roundUp(bytes);
    const address = roundUp(this.top, size < large ? alignment : memoryPage);
    const missing = Math.ceil((address + size) / wasmPage) - this.memory.buffer.byteLength / wasmPage;
    if (missing > 0) this.grow(missing, size);
    this.top = address + size;
    return address;
  }

  private grow(pages: number, size: number): void {
    try {
      this.memory.grow(pages);
    } catch (cause) {
      const have = Math.round(this.top / 2 ** 20);
      throw new ModelError("OUT_OF_MEMORY", `no room for ${size} more bytes beside ${have} MiB of WebAssembly memory`, {
        cause,
      });
    }
  }

  /** Growing detaches (or, when shared, outdates) the buffer, so views are made anew then. */
  private views() {
    const { buffer } = this.memory;
    if (this.cached?.u8.buffer !== buffer) {
      this.cached = { f32: new Float32Array(buffer), i32: new Int32Array(buffer), u8: new Uint8Array(buffer) };
    }
    return this.cached;
  }
}

/** Blocks of an arena that are used one after the other by the same kind of user. */
export class BlockPool {
  private readonly arena: Arena;
  private readonly free = new Map<number, number[]>();

  constructor(arena: Arena) {
    this.arena = arena;
  }

  get i32(): Int32Array {
    return this.arena.i32;
  }

  /** A block that was given back, of the same size, or a new one. */
  allocate(bytes: number): number {
    return this.free.get(roundUp(bytes))?.pop() ?? this.arena.allocate(bytes);
  }

  /** Takes a block back. */
  release(address: number, bytes: number): void {
    const size = roundUp(bytes);
    const blocks = this.free.get(size);
    if (blocks === undefined) this.free.set(size, [address]);
    else blocks.push(address);
  }
}

function roundUp(bytes: number, unit = alignment): number {
  return Math.ceil(bytes / unit) * unit;
}
