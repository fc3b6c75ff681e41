#!/usr/bin/env node
import module from "node:module";

// Node keeps the compiled code from run to run; the older Nodes, Deno and Bun don't have this.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const { main } = await import("./run.ts");
await main(process.argv.slice(2));
