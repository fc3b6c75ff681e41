const encoder = new TextEncoder();

/** Collects the bytes of a file's head in a buffer that grows. */
export class ByteWriter {
  readonly littleEndian: boolean;
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(littleEndian: boolean) {
    this.littleEndian = littleEndian;
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** All bytes written, not copied. */
  result(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#advance(bytes.length); // first, since it may put another buffer in place
    this.#bytes.set(bytes, at);
  }

  uint32(value: number): void {
    this.put(4, (view, at, little) => view.setUint32(at, value, little));
  }

  /** A length, count or offset: 64 bits. */
  count(value: number): void {
    const low = value % 2 ** 32;
    const high = Math.floor(value / 2 ** 32);
    this.uint32(this.littleEndian ? low : high);
    this.uint32(this.littleEndian ? high : low);
  }

  /** Its length in bytes as 64 bits, then its UTF-8 without a terminator. */
  string(text: string): void {
    this.#reserve(8 + 3 * text.length);
    const start = this.#length + 8;
    const length = this.#shortAscii(text, start) ?? encoder.encodeInto(text, this.#bytes.subarray(start)).written;
    this.count(length);
    this.#length += length;
  }

  /** Most tokens are a few ASCII characters, for which the call of the encoder costs more than the encoding. */
  #shortAscii(text: string, start: number): number | undefined {
    if (text.length > 16) return undefined;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return undefined;
      this.#bytes[start + i] = code;
    }
    return text.length;
  }

  /** A value by a `DataView` method of the caller's choice. */
  put(length: number, write: (view: DataView, at: number, littleEndian: boolean) => void): void {
    const at = this.#advance(length);
    write(this.#view, at, this.littleEndian);
  }

  #advance(length: number): number {
    this.#reserve(length);
    const at = this.#length;
    this.#length += length;
    return at;
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.result());
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
