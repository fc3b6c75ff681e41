/**
 * Random access to bytes that lie somewhere: memory, a file, a `Blob`, a web server. The only thing that the reader
 * needs, so a file larger than memory, or than 4 GiB, is never held as a whole.
 */
export interface ByteSource {
  /** What to call it in an error: a path, a URL, or `"bytes"`. */
  readonly name: string;
  /** Length in bytes; may be past 2³². */
  readonly size: number;
  /**
   * The bytes from `offset` up to `offset + length`. Short only never: a range outside the source is an error
   * (`GgufError` `TRUNCATED`). The result is a part of `into`, if that is given, long enough and of use to the source;
   * otherwise it is fresh or must not be written to.
   */
  read(offset: number, length: number, signal?: AbortSignal, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
  /**
   * Opens the source of this file name that lies beside this one: the next part of a split model. Missing where
   * nothing can lie beside it.
   */
  openSibling?(fileName: string, signal?: AbortSignal): Promise<ByteSource>;
  /** Releases what the source holds open. */
  close(): Promise<void>;
}
