import { describe, expect, it } from "vitest";
import { createBackend } from "../../../src/create-backend.ts";
import { type LoadOptions, type Tensor, loadModel } from "../../../src/index.ts";
import { logitLens } from "../../../src/model/index.ts";
import { equalBits } from "../../laws/bits.ts";
import { goldenArchitectures } from "../../support/golden-architectures.ts";
import { hasShared, itShared, shared } from "../../support/shared.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const tokens = Array.from({ length: 70 }, (_, i) => (i * 37 + 5) % 128);

/** Whether the lens on the last layer's residuals gives the model's own logits. */
async function lastLayerIsTheModel(source: string | Uint8Array, options: LoadOptions): Promise<boolean> {
  const model = await loadModel(source, options);
  const { layers, width } = model.config;
  const residuals: Float32Array[] = [];
  const taps = { [`layer.${layers - 1}.residual`]: ({ data }: Tensor) => void residuals.push(data) };
  const context = model.createContext();
  const logits = await context.forward(tokens, { taps });
  await context.close();
  const table = new Float32Array(tokens.length * width);
  let end = 0;
  for (const part of residuals) {
    table.set(part, end);
    end += part.length;
  }
  const backend = await createBackend(options);
  const seen = new Float32Array(logits.length);
  try {
    for await (const { first, logits: rows } of logitLens(model.loaded, backend, table)) {
      seen.set(rows, first * model.config.vocabularySize);
    }
  } finally {
    await backend.close();
    await model.close();
  }
  return equalBits(seen, logits);
}

describe("the logit lens on the last layer gives the model's logits, bit for bit", () => {
  const ways: LoadOptions[] = [
    { kernels: "wasm", threads: 2, precision: "int8" },
    { kernels: "wasm", threads: 1, precision: "f32" },
    { kernels: "reference", precision: "int8" },
  ];
  it.each(ways)("of a random LLaMA, %o", async (options) => {
    expect(await lastLayerIsTheModel(await tinyLlama({ format: "Q4_1" }), options)).toBe(true);
    expect(await lastLayerIsTheModel(await tinyLlama({ format: "Q8_0", tied: false }), options)).toBe(true);
  });

  for (const name of hasShared ? goldenArchitectures : ["the golden architectures"]) {
    itShared(`of ${name}`, async () => {
      expect(await lastLayerIsTheModel(shared("golden/architectures", `${name}.gguf`), ways[0])).toBe(true);
    });
  }
});
