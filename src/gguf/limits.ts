/**
 * How much a file may hold before it is refused, so that a hostile file of some bytes can't become objects of many
 * times its size: none takes 64 MiB more than the file has. Far above every real model.
 */
export interface Limits {
  /** Key-value pairs. */
  readonly keys: number;
  /** Tensors of one file. */
  readonly tensors: number;
  /** Arrays in all metadata, the inner ones of nested arrays counted too. */
  readonly arrays: number;
  /** Strings in all arrays together. */
  readonly strings: number;
  /** Bytes of one string value (a key has 65,535 at most, as the specification says). */
  readonly stringBytes: number;
  /** How deep arrays may lie in arrays. */
  readonly depth: number;
}

export const defaultLimits: Limits = {
  keys: 1 << 14,
  tensors: 1 << 15,
  arrays: 1 << 14,
  strings: 1 << 20,
  stringBytes: 3 << 24,
  depth: 16,
};

/** From the specification: the longest key, and the longest tensor name, in bytes. */
export const maxKeyBytes = 0xffff;
export const maxTensorNameBytes = 64;

/** Most dimensions of a tensor (`GGML_MAX_DIMS`). */
export const maxDimensions = 4;
