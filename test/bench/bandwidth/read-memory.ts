import { Worker } from "node:worker_threads";

/**
 * What is used of AssemblyScript's compiler. Imported by a name that TypeScript doesn't follow: the compiler's own types
 * redeclare `Array` and other globals, for every file of the program.
 */
interface Compiler {
  compileString(
    source: string,
    options: Record<string, unknown>,
  ): Promise<{ error: Error | null; binary: Uint8Array<ArrayBuffer> | null }>;
}
const compilerName: string = "assemblyscript/asc";

/** Sums 16 bytes at a time, in eight chains that don't wait for each other, and returns it so that nothing is left out. */
const source = `
export function read(start: usize, bytes: usize): i64 {
  let a = i64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (let at = start, end = start + bytes; at < end; at += 128) {
    a = i64x2.add(a, v128.load(at)); b = i64x2.add(b, v128.load(at, 16));
    c = i64x2.add(c, v128.load(at, 32)); d = i64x2.add(d, v128.load(at, 48));
    e = i64x2.add(e, v128.load(at, 64)); f = i64x2.add(f, v128.load(at, 80));
    g = i64x2.add(g, v128.load(at, 96)); h = i64x2.add(h, v128.load(at, 112));
  }
  a = i64x2.add(i64x2.add(i64x2.add(a, b), i64x2.add(c, d)), i64x2.add(i64x2.add(e, f), i64x2.add(g, h)));
  return i64x2.extract_lane(a, 0) + i64x2.extract_lane(a, 1);
}`;

/** Each worker reads memory of its own, all starting together, and says how many bytes a second it read. */
const workerCode = `
const { parentPort, workerData: { module, gate, workers, bytes, passes } } = require("node:worker_threads");
const memory = new WebAssembly.Memory({ initial: bytes / 65536 });
new Uint8Array(memory.buffer).fill(1);
const { read } = new WebAssembly.Instance(module, { env: { memory } }).exports;
read(0, bytes);
read(0, bytes);
Atomics.add(gate, 0, 1);
while (Atomics.load(gate, 0) < workers);
const started = performance.now();
for (let i = 0; i < passes; i++) read(0, bytes);
parentPort.postMessage((bytes * passes) / ((performance.now() - started) / 1000));
`;

async function compile(): Promise<WebAssembly.Module> {
  const { default: asc } = (await import(compilerName)) as { default: Compiler };
  const options = { optimizeLevel: 3, runtime: "stub", importMemory: true, enable: ["simd"], noAssert: true };
  const { error, binary } = await asc.compileString(source, options);
  if (error !== null || binary === null) throw new Error(`AssemblyScript: ${String(error)}`);
  return WebAssembly.compile(binary);
}

/** Bytes a second that this many threads together read from memory by WebAssembly SIMD. Far more than the caches hold. */
export async function readBandwidth(threads: number, bytes = 256 * 2 ** 20, passes = 8): Promise<number> {
  const module = await compile();
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const workerData = { module, gate, workers: threads, bytes, passes };
  const rates = await Promise.all(
    Array.from({ length: threads }, () => {
      const worker = new Worker(workerCode, { eval: true, workerData });
      return new Promise<number>((resolve, reject) => {
        worker.once("message", resolve);
        worker.once("error", reject);
      });
    }),
  );
  return rates.reduce((sum, rate) => sum + rate, 0);
}
