import { Context, type LoadedModel } from "../../model/index.ts";
import type { Taps } from "../../tensor/index.ts";
import type { Teacher } from "./teacher.ts";

/**
 * A loaded model as a teacher.
 * @param name by which a run is recognised when it goes on
 * @param contextLength tokens of a sequence
 */
export function teacherOf(model: LoadedModel, name: string, contextLength: number): Teacher {
  const context = new Context(model, { contextLength });
  const { width } = model.config;
  return {
    name,
    tokens: model.gguf.metadata.strings("tokenizer.ggml.tokens"),
    width,
    logits: (tokens, signal) => {
      context.clear();
      return context.forward(tokens, { signal });
    },
    observe: async (tokens, layers, signal) => {
      const seen = new Map(layers.map((layer) => [layer, new Float32Array(tokens.length * width)]));
      const taps: Record<string, Taps[string]> = {};
      for (const [layer, residuals] of seen) {
        // Long texts are computed in parts.
        let done = 0;
        taps[`layer.${layer}.residual`] = ({ data }) => {
          residuals.set(data, done);
          done += data.length;
        };
      }
      context.clear();
      const logits = await context.forward(tokens, { signal, taps });
      return { logits, residuals: layers.map((layer) => seen.get(layer)!) };
    },
  };
}
