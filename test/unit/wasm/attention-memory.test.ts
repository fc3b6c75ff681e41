import { expect, it } from "vitest";
import { compileKernels, createMemory, instantiateKernels } from "../../../kernels/wasm/index.ts";

it("attention asks for nothing behind an extent of the cache, where keys are longer than values", async () => {
  const memory = createMemory({ bytes: 1 << 18, shared: false });
  const kernels = instantiateKernels(await compileKernels({ shared: false }), memory);
  const [keyLength, valueLength] = [64, 8];
  const extent = 8;
  const cache = memory.buffer.byteLength - extent * kernels.cachePageBytes(1, keyLength, valueLength, 0);
  const [query, out, positions, tables, table, scratch] = [4096, 8192, 12288, 12352, 12416, 16384];
  const words = new Int32Array(memory.buffer);
  words[positions / 4] = 64 * extent - 1;
  words[tables / 4] = table;
  for (let page = 0; page < extent; page++) words[table / 4 + page] = page;
  new Float32Array(memory.buffer, query, keyLength).fill(1);
  new Float32Array(memory.buffer, cache).fill(1);
  // prettier-ignore
  kernels.attention(
    query, 0, out, 0, 1, 1, keyLength, valueLength, 0.125, 0, 0, 0, 0, positions, tables, cache, extent, 0, 0, 1, scratch,
  );
  expect([...new Float32Array(memory.buffer, out, valueLength)]).toEqual(Array<number>(valueLength).fill(1));
});
