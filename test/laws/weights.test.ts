import { describe, expect, it } from "vitest";
import { type BlockFormat, blockFormats } from "../../kernels/formats/index.ts";
import { createWasmBackend } from "../../src/plan/index.ts";
import {
  type Backend,
  type Batch,
  type Precision,
  type WeightSource,
  createReferenceBackend,
  dtypeByName,
} from "../../src/tensor/index.ts";
import { equalBits } from "./bits.ts";
import { blocks } from "./wasm-data.ts";

const [vocabulary, rows, columns] = [9, 37, 512];
const tokens = Int32Array.of(3, 0, 8, 8, 5);
const batch: Batch = {
  tokens,
  positions: tokens.map((_, i) => i),
  sequences: new Int32Array(tokens.length),
  pageTables: [Int32Array.of(0)],
  outputs: Int32Array.of(0, 1, 2, 4),
};

function source(name: string, format: BlockFormat, rowCount: number, bytes: Uint8Array): WeightSource {
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  return { name, dtype: dtypeByName(format.name)!, rows: rowCount, columns, read };
}

/** The products of a matrix with rows of a table, both random blocks of a format. */
async function products(backend: Backend, format: BlockFormat, seed: number): Promise<Float32Array> {
  const count = columns / format.blockLength;
  const table = await backend.loadWeight(
    source("table", format, vocabulary, blocks(format, vocabulary * count, 8 * seed)),
  );
  const weight = await backend.loadWeight(source("matrix", format, rows, blocks(format, rows * count, 8 * seed + 1)));
  const program = await backend.compile((ops) => ops.linear({ weight }, ops.outputs(ops.embed(table))));
  const cache = program.createCache({ layers: 0, kvHeads: 0, keyLength: 0, valueLength: 0 });
  const result = await program.run(batch, cache);
  await backend.close();
  return result;
}

describe.each([...blockFormats])("$name: a loaded matrix gives the reference's products", (format) => {
  it.each<Precision>(["int8", "f32"])("%s", async (precision) => {
    for (let seed = 1; seed <= 4; seed++) {
      const expected = await products(createReferenceBackend(precision), format, seed);
      if (seed === 1) expect(expected.some((value) => value !== 0)).toBe(true);
      const backend = await createWasmBackend({ precision, threads: 1 });
      expect(equalBits(await products(backend, format, seed), expected)).toBe(true);
    }
  });
});

it("names the block of a matrix that has no finite scale, in a format that is repacked", async () => {
  const format = blockFormats.find(({ name }) => name === "IQ2_XS")!;
  const bytes = blocks(format, 10, 8);
  bytes.fill(0xff, 7 * format.blockBytes, 7 * format.blockBytes + 2);
  const backend = await createWasmBackend({ precision: "int8", threads: 1 });
  await expect(backend.loadWeight(source("matrix", format, 5, bytes))).rejects.toThrow(/"matrix".*block 7/);
});
