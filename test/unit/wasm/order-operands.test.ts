import binaryen from "binaryen";
import { expect, it } from "vitest";
import { hasRelaxedSimd } from "../../../kernels/wasm/index.ts";

// A script of the build, in plain JavaScript.
const script = new URL("../../../scripts/order-operands.js", import.meta.url).href;
const { orderOperands } = (await import(script)) as { orderOperands: (bytes: Uint8Array) => Uint8Array };

const dot = "i32x4.relaxed_dot_i8x16_i7x16_add_s";
/** Two products in a row, as the compiler writes them; the address of the second is computed with the first. */
const chain = `(${dot}
  (v128.load32_splat offset=4 (local.tee $b (i32.add (local.get $a) (i32.const 8))))
  (v128.load offset=16 (local.get $a))
  (${dot} (v128.load32_splat (local.get $b)) (v128.load (local.get $a)) (v128.const i32x4 7 7 7 7)))`;
/** Here the second address is set by the first, so nothing may move. */
const fixed = `(${dot}
  (v128.load32_splat (local.get $b))
  (v128.load (local.get $a))
  (${dot} (v128.load32_splat (local.tee $b (i32.const 4))) (v128.load (local.get $a)) (v128.const i32x4 7 7 7 7)))`;

function moduleOf(body: string): Uint8Array {
  const module = binaryen.parseText(`(module (memory (export "memory") 1)
    (func (export "run") (param $a i32) (local $b i32) (v128.store offset=64 (local.get $a) ${body})))`);
  module.setFeatures(binaryen.Features.All);
  return module.emitBinary();
}

function textOf(bytes: Uint8Array): string {
  return binaryen.readBinary(bytes).emitText();
}

function run(bytes: Uint8Array): Int32Array {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
  const memory = exports.memory as WebAssembly.Memory;
  new Uint8Array(memory.buffer).set(Array.from({ length: 64 }, (_, i) => i));
  (exports.run as (a: number) => void)(0);
  return new Int32Array(memory.buffer, 64, 4);
}

it.skipIf(!hasRelaxedSimd())("a sum is computed before what is added to it is loaded, and stays the same", () => {
  const [before, after] = [moduleOf(chain), orderOperands(moduleOf(chain))];
  expect(textOf(before)).toMatch(/load32_splat offset=4[^]*load32_splat\s*\(/);
  expect(textOf(after)).toMatch(/load32_splat\s*\([^]*load32_splat offset=4/);
  expect(run(after)).toEqual(run(before));
});

it.skipIf(!hasRelaxedSimd())("operands stay where one sets what another reads", () => {
  expect(textOf(orderOperands(moduleOf(fixed)))).toBe(textOf(moduleOf(fixed)));
  expect(run(orderOperands(moduleOf(fixed)))).toEqual(run(moduleOf(fixed)));
});

it("a module without such products is returned as it is", () => {
  const bytes = moduleOf("(v128.const i32x4 1 2 3 4)");
  expect(orderOperands(bytes)).toBe(bytes);
});
