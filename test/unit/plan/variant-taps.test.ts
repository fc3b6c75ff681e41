import { expect, it } from "vitest";
import { bytesSource, openGguf } from "../../../src/gguf/index.ts";
import { Context, loadModelInto } from "../../../src/model/index.ts";
import { createWasmBackend } from "../../../src/plan/index.ts";
import { type Backend, type Taps, createReferenceBackend } from "../../../src/tensor/index.ts";
import { models } from "../../golden/fixtures/architectures/models.ts";
import { randomModel, vocabulary } from "../../golden/fixtures/architectures/random-model.ts";

const tokens = Array.from({ length: 20 }, (_, i) => (5 * i + 1) % vocabulary);
const patterns = ["layer.*.attention.weights", "layer.*.residual", "layer.*.feed_forward.*", "logits", "embedding"];

async function tapped(backend: Backend, bytes: Uint8Array): Promise<string[]> {
  const seen: string[] = [];
  const show: Taps[string] = ({ shape, data }, name) => seen.push(`${name} [${shape.join(", ")}] ${data.join(" ")}`);
  const model = await loadModelInto(backend, await openGguf(bytesSource(bytes)));
  const taps = Object.fromEntries(patterns.map((pattern) => [pattern, show]));
  await new Context(model).forward(tokens, { taps, chunk: 8 });
  await backend.close();
  return seen.sort();
}

// A cap and windows; sinks and experts; experts whose input is weighed; slopes; scales that are folded into products.
it.each(["gemma2", "gpt-oss", "llama4", "baichuan, 40 layers", "granite"])(
  "%s shows what the reference shows",
  async (name) => {
    const bytes = await randomModel(name, models[name], "Q8_0");
    const expected = await tapped(createReferenceBackend("int8"), bytes);
    expect(await tapped(await createWasmBackend({ precision: "int8", threads: 2 }), bytes)).toEqual(expected);
  },
);
