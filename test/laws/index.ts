/**
 * What must hold, as properties that any implementation can be run against. Each law takes what it is about, and fails by
 * throwing; `property` runs it on many cases with a fixed seed. Needs fast-check.
 *
 * @packageDocumentation
 */
export { property } from "../support/property.ts";
export * from "./formats.ts";
export * from "./gguf.ts";
export * from "./kernels.ts";
export * from "./model.ts";
