import { expect, it } from "vitest";
import { createWasmBackend } from "../../../src/plan/index.ts";
import {
  type Backend,
  type Batch,
  type Operations,
  type Value,
  type Weight,
  type WeightSource,
  createReferenceBackend,
  dtypeByName,
} from "../../../src/tensor/index.ts";

function source(name: string, rows: number, columns: number): WeightSource {
  const bytes = new Uint8Array(Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * i + i)).buffer);
  const read = (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  return { name, dtype: dtypeByName("F32")!, rows, columns, read };
}

/** Records an operation of which the plan knows nothing but how to replay it. */
function unknown(ops: Operations, x: Value, replay: (ops: Operations, x: Value) => Value): Value {
  if (!("other" in ops)) return replay(ops, x);
  type Other = (
    name: string,
    inputs: Value[],
    columns: number,
    replay: (ops: Operations, [x]: Value[]) => Value,
  ) => Value;
  return (ops.other as Other).call(ops, "softCap", [x], x.columns, (reference, [y]) => replay(reference, y));
}

function batchOf(tokens: readonly number[]): Batch {
  return {
    tokens: Int32Array.from(tokens),
    positions: Int32Array.from(tokens, (_, i) => i),
    sequences: new Int32Array(tokens.length),
    pageTables: [Int32Array.of(0)],
    outputs: Int32Array.of(tokens.length - 1),
  };
}

async function results(backend: Backend, batches: readonly Batch[]): Promise<number[][]> {
  const table = await backend.loadWeight(source("table", 9, 40));
  const bias = await backend.loadWeight(source("some.bias", 1, 48));
  const weight: Weight = await backend.loadWeight(source("matrix", 48, 40));
  const output = await backend.loadWeight(source("output", 7, 48));
  const program = await backend.compile((ops) => {
    const x = ops.linear(
      { weight },
      unknown(ops, ops.embed(table), (on, y) => on.softCap(y, 2)),
    );
    return ops.linear({ weight: output }, ops.outputs(unknown(ops, x, (on, y) => on.addBias(y, bias))));
  });
  const cache = program.createCache({ layers: 0, kvHeads: 0, keyLength: 0, valueLength: 0 });
  const all: number[][] = [];
  for (const batch of batches) all.push([...(await program.run(batch, cache))]);
  const replayed = program.explain?.().lines.filter(({ detail }) => detail.includes("by the reference")) ?? [];
  expect(replayed.length).toBe(backend.kernels === "wasm" ? 2 : 0);
  await backend.close();
  return all;
}

it("what has no kernel is computed by the reference, within the plan, on any number of threads", async () => {
  const batches = [batchOf([3]), batchOf([1, 2, 8, 0, 5]), batchOf([7])];
  const expected = await results(createReferenceBackend("f32"), batches);
  for (const threads of [1, 2, 3]) {
    expect(await results(await createWasmBackend({ precision: "f32", threads }), batches)).toEqual(expected);
  }
});
