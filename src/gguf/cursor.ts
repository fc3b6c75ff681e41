import { GgufError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

const firstWindow = 256 * 1024;
const largestWindow = 1024 * 1024;

/**
 * Reads a source from front to back through a window of bytes, so that thousands of small values cost a few reads.
 * Windows grow from read to read: a small file on a web server is not fetched as a whole, a large vocabulary needs few
 * round trips.
 *
 * First `await need(n)`, then take values of `n` bytes in all, without waiting. A loop over many small values should
 * wait only where `has(n)` is false.
 */
export class Cursor {
  /** What is being read, for an error's message: `key 3`, `tensor "output.weight"`. */
  place = "the header";
  /** The file's byte order, known once its version was read. */
  littleEndian = true;
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;
  #window: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#window.buffer);
  /** Where the window starts in the source, and where in the window the next value starts. */
  #start = 0;
  #at = 0;
  #windowLength = firstWindow;

  constructor(source: ByteSource, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  /** Where the next value starts in the source. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** Bytes from here to the end of the source. */
  get remaining(): number {
    return this.#source.size - this.position;
  }

  /** Whether the next `length` bytes are in the window. */
  has(length: number): boolean {
    return this.#window.length - this.#at >= length;
  }

  /** Brings the next `length` bytes into the window. */
  async need(length: number): Promise<void> {
    if (this.has(length)) return;
    this.check(length, `needs ${length} bytes`);
    const position = this.position;
    const wanted = Math.min(this.remaining, Math.max(length, this.#windowLength));
    this.#windowLength = Math.min(this.#windowLength * 2, largestWindow);
    const bytes = await this.#source.read(position, wanted, this.#signal);
    this.#window = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#start = position;
    this.#at = 0;
  }

  /** Refuses a claim of more bytes than the source still has, before anything is allocated for it. */
  check(length: number, claim: string): void {
    if (length > this.remaining) this.fail("TRUNCATED", `${claim}, but only ${this.remaining} bytes are left`);
  }

  fail(code: string, reason: string): never {
    throw new GgufError(code, `${this.#source.name}: ${this.place} at byte ${this.position}: ${reason}`);
  }

  /** The next `length` bytes of the window, not copied. */
  bytes(length: number): Uint8Array {
    return this.#window.subarray(this.#advance(length), this.#at);
  }

  /** What is left of the window, not copied and not taken yet. */
  ahead(): Uint8Array {
    return this.#window.subarray(this.#at);
  }

  /** Copies the next bytes, however many, window by window. */
  async copy(length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.check(length, `needs ${length} bytes`);
    const copy = new Uint8Array(length);
    for (let done = 0; done < length;) {
      if (!this.has(1)) await this.need(1);
      const piece = Math.min(length - done, this.#window.length - this.#at);
      copy.set(this.bytes(piece), done);
      done += piece;
    }
    return copy;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), this.littleEndian);
  }

  /** A length or a count of 64 bits; above 2⁵³ not exact, but still too large for any file. */
  count(): number {
    return readCount(this.#view, this.#advance(8), this.littleEndian);
  }

  /** The next value by a `DataView` method of the caller's choice. */
  take<T>(length: number, read: (view: DataView, at: number, littleEndian: boolean) => T): T {
    return read(this.#view, this.#advance(length), this.littleEndian);
  }

  #advance(length: number): number {
    const at = this.#at;
    this.#at += length;
    return at;
  }
}

/** An unsigned integer of 64 bits; above 2⁵³ not exact. */
export function readCount(view: DataView, at: number, littleEndian: boolean): number {
  const first = view.getUint32(at, littleEndian);
  const second = view.getUint32(at + 4, littleEndian);
  return littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
}

/** A count for a message; above 2⁵³ it is not known exactly. */
export function amount(count: number): string {
  return Number.isSafeInteger(count) ? String(count) : `about ${count.toExponential(1)}`;
}
