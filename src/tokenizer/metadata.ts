/**
 * What the tokenizer reads of a GGUF file's metadata; `Metadata` of `src/gguf` is one. Every getter takes the full
 * key, and what to return where the file doesn't have it (without that, a missing key is an error of the getter's).
 */
export interface TokenizerMetadata {
  has(key: string): boolean;
  string(key: string, missing?: string): string;
  number(key: string, missing?: number): number;
  boolean(key: string, missing?: boolean): boolean;
  strings(key: string, missing?: readonly string[]): readonly string[];
  numbers(key: string, missing?: ArrayLike<number>): ArrayLike<number>;
}
