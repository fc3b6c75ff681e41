import { Metadata, serializeGguf } from "../../../src/gguf/index.ts";
import type { GgufContent, MetadataValue, TensorToWrite } from "../../../src/gguf/index.ts";
import { dtypeByName } from "../../../src/tensor/dtype.ts";
import { joinChunks } from "../../laws/gguf.ts";

/** A tensor of single-precision numbers. */
export function numbers(name: string, ...values: number[]): TensorToWrite {
  const data = new Uint8Array(Float32Array.from(values).buffer);
  return { name, dtype: dtypeByName("F32")!, shape: [values.length], data };
}

/** A file of these pairs and tensors. */
export function smallFile(
  pairs: Record<string, MetadataValue>,
  tensors: readonly TensorToWrite[] = [],
  options: Partial<GgufContent> = {},
): Promise<Uint8Array> {
  return joinChunks(serializeGguf({ metadata: new Metadata(Object.entries(pairs)), tensors, ...options }));
}
