/** The only place that knows Node, Deno, Bun and browsers. */
export * from "./cache-files.ts";
export * from "./environment.ts";
export * from "./event-loop.ts";
export * from "./files.ts";
export * from "./message-worker.ts";
export * from "./runtime.ts";
export * from "./standard-input.ts";
export * from "./worker.ts";
