/** A file that is to be fetched, and what is known of it. */
export interface RemoteFile {
  /** What the user calls it. */
  readonly name: string;
  readonly url: string;
  /** Length in bytes, more than 0. */
  readonly size: number;
  /** Of its content, 64 hexadecimal digits, where the server tells. */
  readonly sha256: string | undefined;
  /** The `etag` that each answer must have, where it is known. */
  readonly unchanged: string | undefined;
}
