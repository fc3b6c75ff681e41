import { Metadata, type MetadataValue, splitKeys } from "../../gguf/index.ts";
import type { ImportanceMatrix } from "../imatrix/index.ts";
import type { FileType } from "./file-types.ts";

/** Of block formats as they are since 2023. Source: `GGML_QNT_VERSION`, llama.cpp 0c1e570, ggml.h. */
const quantizationVersion = 2;

/**
 * The metadata of the quantised file, as `llama-quantize` writes them: the input's, then what changed.
 * Source: `llama_model_quantize_impl`, llama-quant.cpp, and tools/quantize/quantize.cpp, llama.cpp 0c1e570
 */
export function outputMetadata(
  metadata: Metadata,
  type: FileType,
  imatrix: ImportanceMatrix | undefined,
  imatrixFile: string,
): Metadata {
  const changed = new Map<string, MetadataValue>([
    ["general.quantization_version", { type: "uint32", value: quantizationVersion }],
    ["general.file_type", { type: "uint32", value: type.id }],
  ]);
  if (imatrix !== undefined) {
    changed.set("quantize.imatrix.file", { type: "string", value: shorten(imatrixFile) });
    if (imatrix.datasets.length > 0) {
      changed.set("quantize.imatrix.dataset", { type: "string", value: shorten(imatrix.datasets[0]) });
    }
    changed.set("quantize.imatrix.entries_count", { type: "uint32", value: imatrix.entries.size });
    if (imatrix.chunkCount > 0) {
      changed.set("quantize.imatrix.chunks_count", { type: "uint32", value: imatrix.chunkCount });
    }
  }
  const kept = [...metadata].filter(([key]) => !changed.has(key) && !splitKeys.has(key));
  return new Metadata([...kept, ...changed]);
}

/** llama.cpp keeps 127 bytes of a path. */
function shorten(path: string): string {
  const bytes = new TextEncoder().encode(path);
  return bytes.length <= 127 ? path : new TextDecoder().decode(bytes.subarray(0, 127)).replace(/\uFFFD+$/, "");
}
