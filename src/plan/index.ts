export type { Graph, Node, ValueRef } from "./graph.ts";
export { Barrier } from "./barrier.ts";
export { countUses } from "./operation.ts";
export { recordGraph } from "./recorder.ts";
export { type WasmBackendOptions, createWasmBackend } from "./wasm-backend.ts";
