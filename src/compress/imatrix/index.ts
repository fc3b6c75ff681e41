/** Importance matrices: how much each column matters. */
export { type ComputeImatrixOptions, computeImatrix, inputsOfLayer } from "./compute.ts";
export { imatrixContent, readImatrix, writeImatrix } from "./file.ts";
export { columnImportance, meanSquares } from "./importance-matrix.ts";
export type { ImportanceEntry, ImportanceMatrix } from "./importance-matrix.ts";
export { type ReadChunksOptions, readChunks } from "./read-chunks.ts";
