/**
 * A decoder from bytes to text that never gives half a character: what may still become one is held back. Invalid bytes
 * become U+FFFD. A byte order mark is text like any other.
 */
export class Utf8Stream {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** The text that is complete with these bytes. */
  add(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What was held back, now that nothing follows. */
  flush(): string {
    return this.#decoder.decode();
  }
}
