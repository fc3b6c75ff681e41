/** Importance matrices: how much each column matters. */
export { imatrixContent, readImatrix, writeImatrix } from "./file.ts";
export { meanSquares } from "./importance-matrix.ts";
export type { ImportanceEntry, ImportanceMatrix } from "./importance-matrix.ts";
