/** Bytes to text. Invalid bytes become U+FFFD as the Encoding standard says; a byte order mark is text like any other. */

const whole = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of bytes that are all there. */
export function decodeUtf8(bytes: Uint8Array): string {
  return whole.decode(bytes);
}

/** A decoder that never gives half a character: what may still become one is held back. */
export class Utf8Stream {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** The text that is complete with these bytes. */
  push(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What was held back, now that nothing follows. */
  flush(): string {
    return this.#decoder.decode();
  }
}

/** Bytes, collected. */
export class ByteBuffer {
  #bytes = new Uint8Array(256);
  #length = 0;

  push(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** What was pushed; valid until the next push. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
