/** GGUF files: byte sources, reader, writer. */
export type { ByteSource } from "./byte-source.ts";
export type { Gguf, TensorInfo } from "./gguf.ts";
export { defaultLimits } from "./limits.ts";
export type { Limits } from "./limits.ts";
export { Metadata } from "./metadata.ts";
export type { Numbers } from "./metadata.ts";
export { openGguf } from "./open.ts";
export type { OpenOptions } from "./open.ts";
export { blobSource } from "./sources/blob-source.ts";
export { bytesSource } from "./sources/bytes-source.ts";
export { fileSource } from "./sources/file-source.ts";
export { httpSource } from "./sources/http-source.ts";
export type { HttpOptions } from "./sources/http-source.ts";
export { openSource } from "./sources/open-source.ts";
export type { SourceInput } from "./sources/open-source.ts";
export { valueTypes } from "./value-types.ts";
export type { FixedArray, FixedType, MetadataArray, MetadataValue, NumberType, ValueType } from "./value-types.ts";
