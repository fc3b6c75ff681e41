export { type WasmBackendOptions, createWasmBackend } from "./wasm-backend.ts";
