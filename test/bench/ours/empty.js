/**
 * A process that does nothing but keep as many workers as a run has, for a moment: what the runtime itself takes.
 * Called as: empty.js WORKERS
 */
import process from "node:process";
import { Worker } from "node:worker_threads";

const count = Number(process.argv[2]);
const code = `import("node:worker_threads").then(({ parentPort }) => parentPort.on("message", () => process.exit(0)))`;
const workers = Array.from({ length: count }, () => new Worker(code, { eval: true }));
await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("online", resolve))));
await new Promise((resolve) => setTimeout(resolve, 500));
process.exit(0);
