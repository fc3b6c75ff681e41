/**
 * How fast the WebAssembly kernels are on one thread: `node test/bench/kernels.ts [--plain] [--streams=N] [FORMAT …]`, one
 * token's reading in N places at once (2).
 * Matrix products in 10⁹ multiplications a second at SmolLM2's shapes (K formats: 1,024 and 2,816 columns), then the
 * products of one token of SmolLM2, and attention. Each figure is the best of several runs: the machine may be busy.
 */
import { type BlockFormat, blockFormats, isIntegerFormat } from "../../kernels/formats/index.ts";
import { compileKernels, createMemory, instantiateKernels, kernelFormats } from "../../kernels/wasm/index.ts";
import type { IntegerFormatName } from "../../kernels/wasm/index.ts";
import { blocks, singles } from "../laws/wasm-data.ts";

const options = process.argv.slice(2);
const relaxed = !options.includes("--plain");
const wanted = options.filter((option) => !option.startsWith("--"));
const formats = blockFormats.filter(
  ({ name }) => kernelFormats[name] !== undefined && (wanted.length === 0 || wanted.includes(name)),
);

const memory = createMemory({ bytes: 600 * 2 ** 20, shared: true });
const kernels = instantiateKernels(await compileKernels({ shared: true, relaxed }), memory);
kernels.useStreams(Number(options.find((option) => option.startsWith("--streams="))?.slice(10) ?? 2));
const [scratch, out, x, activation, source, weights] = [2048, 2 ** 20, 2 ** 24, 2 ** 25, 3 * 2 ** 24, 2 ** 27];

/** Milliseconds of the fastest of several runs, after a warm-up in which the engine optimises. */
function best(run: () => void): number {
  const start = performance.now();
  let least = Infinity;
  let runs = 0;
  while (runs < 5 || performance.now() - start < 300) {
    const before = performance.now();
    run();
    if (++runs > 1) least = Math.min(least, performance.now() - before);
  }
  return least;
}

/** Blocks of a sort that models have: every scale and value about 2⁻³…2³ in size. Denormal numbers would be slow. */
function ordinaryBlocks(format: BlockFormat, count: number): Uint8Array {
  const bytes = blocks(format, count, 8);
  if (format.name === "F32") return new Uint8Array(singles(count, "ordinary", 8).buffer);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = format.name === "BF16" ? (i % 2 === 0 ? bytes[i] : 0x3f) : (bytes[i] & 0xbf) | 0x30;
  return bytes;
}

/** Fills memory with a packed weight; answers the milliseconds that it took. */
function pack(name: string, rows: number, columns: number, at: number): number {
  const format = formats.find((other) => other.name === name)!;
  const bytes = ordinaryBlocks(format, (16 * columns) / format.blockLength);
  new Uint8Array(memory.buffer, source, bytes.length).set(bytes);
  const number = kernelFormats[name]!;
  const start = performance.now();
  const size = kernels.packedBytes(number, 16, columns);
  for (let row = 0; row < rows; row += 16) {
    kernels.pack(number, source, Math.min(16, rows - row), columns, at + (row / 16) * size);
  }
  return performance.now() - start;
}

function setActivations(tokens: number, columns: number): void {
  new Float32Array(memory.buffer, x, tokens * columns).set(singles(tokens * columns, "ordinary", 5));
  kernels.quantizeActivation(x, columns, tokens, columns, activation);
}

/** One product, in the precision that the format computes in by default. */
function multiply(name: string, at: number, rows: number, columns: number, tokens: number): void {
  const format = formats.find((other) => other.name === name)!;
  if (isIntegerFormat(format)) {
    const matmul = kernels[`matmul${name as IntegerFormatName}`];
    matmul(at, columns, activation, tokens, out, rows, 0, rows, scratch);
  } else {
    kernels.matmulF32(kernelFormats[name]!, at, columns, x, columns, tokens, out, rows, 0, rows, scratch);
  }
}

console.log(`${relaxed ? "relaxed" : "plain"} SIMD, ${process.version}; token count: 10⁹ multiplications a second`);
for (const { name, blockLength } of formats) {
  const isK = blockLength === 256;
  const shapes = isK
    ? [[1024, 1024], [2816, 1024], [1024, 2816], [32768, 1024]]
    : [[576, 576], [1536, 576], [576, 1536], [49152, 576]]; // prettier-ignore
  for (const [rows, columns] of shapes as [number, number][]) {
    const packing = pack(name, rows, columns, weights);
    const rates: string[] = [];
    for (const tokens of rows > 4000 ? [1] : [1, 2, 4, 8, 32, 128]) {
      setActivations(tokens, columns);
      const repeat = Math.ceil(2e6 / (rows * columns));
      const time = best(() => {
        for (let i = 0; i < repeat; i++) multiply(name, weights, rows, columns, tokens);
      });
      rates.push(`${tokens}: ${((repeat * tokens * rows * columns) / time / 1e6).toFixed(1)}`);
    }
    const packed = rows > 4000 ? `  packing ${((rows * columns) / packing / 1e6).toFixed(2)} G/s` : "";
    console.log(`${name.padEnd(5)} ${`${rows}×${columns}`.padEnd(10)} ${rates.join("  ")}${packed}`);
  }
}

/** All matrix products of a token of SmolLM2, layers one after another in memory. */
for (const { name } of formats.filter(({ blockLength }) => blockLength < 256)) {
  const shapes = [[960, 576], [576, 576], [3072, 576], [576, 1536]] as const; // prettier-ignore
  const steps: [number, number, number][] = [];
  let at = weights;
  for (let layer = 0; layer < 30; layer++) {
    for (const [rows, columns] of shapes) {
      pack(name, rows, columns, at);
      steps.push([at, rows, columns]);
      at += Math.ceil(kernels.packedBytes(kernelFormats[name]!, rows, columns) / 64) * 64;
      if (at > 550 * 2 ** 20) at = weights; // F32 does not fit: start over
    }
  }
  setActivations(1, 1536);
  const time = best(() => {
    for (const [weight, rows, columns] of steps) multiply(name, weight, rows, columns, 1);
  });
  console.log(`${name.padEnd(5)} SmolLM2's layers, one token: ${time.toFixed(2)} ms`);
}

/** Attention of SmolLM2 (9 heads, 3 key-value heads of 64) for one token, all layers. */
for (const depth of [128, 512, 4096]) {
  const extent = 40;
  const extentBytes = extent * kernels.cachePageBytes(3, 64, 64, 1);
  const extents = Math.ceil(depth / 64 / extent);
  const [positions, tables] = [1024, 1032];
  const numbers = singles(2 ** 16, "ordinary", depth).map((value) => value * 0.3);
  const bits = new Uint32Array(numbers.buffer);
  const pairs = bits.map((word, i) => (word & 0xffff0000) | (bits[(7 * i) % bits.length] >>> 16));
  const words = new Uint32Array(memory.buffer, weights, (30 * extents * extentBytes) / 4);
  for (let at = 0; at < words.length; at += pairs.length) words.set(pairs.subarray(0, words.length - at), at);
  const entries = Array.from({ length: depth / 64 }, (_, page) => {
    const place = page % extent;
    return 30 * extentBytes * ((page - place) / extent) + place;
  });
  new Int32Array(memory.buffer, source, entries.length).set(entries);
  new Int32Array(memory.buffer, positions, 1)[0] = depth - 1;
  new Int32Array(memory.buffer, tables, 1)[0] = source;
  new Float32Array(memory.buffer, x, 576).set(singles(576, "ordinary", 5).map((value) => value * 0.3));
  const time = best(() => {
    for (let layer = 0; layer < 30; layer++) {
      const where = [positions, tables, weights + layer * extentBytes, extent, 1] as const;
      kernels.attention(x, 576, out, 576, 9, 3, 64, 64, 0.125, 0, 0, 0, 0, ...where, 0, 9, scratch);
    }
  });
  const rate = ((depth / 64 / extent) * 30 * extentBytes) / time / 1e6;
  console.log(`attention at depth ${depth}, 30 layers, one token: ${time.toFixed(2)} ms (${rate.toFixed(1)} GB/s)`);
}
