export { PagePool } from "./page-pool.ts";
export { Sequence } from "./sequence.ts";
