import fc from "fast-check";
import { expect, it } from "vitest";
import { GgufError, ModelError } from "../../src/errors.ts";
import { Context } from "../../src/model/index.ts";
import { modelNames } from "../golden/fixtures/architectures/expected.ts";
import { models } from "../golden/fixtures/architectures/models.ts";
import { randomModel } from "../golden/fixtures/architectures/random-model.ts";
import { withModel } from "../support/golden-architectures.ts";
import { property } from "../support/property.ts";

const small = modelNames.filter((name) => (models[name].layers ?? 2) <= 4);

/** Keys that any architecture may read, with one that none reads. */
const keys = [
  ...["context_length", "embedding_length", "block_count", "feed_forward_length", "nextn_predict_layers"],
  ...["attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length"],
  ...["attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.clamp_kqv", "attention.scale"],
  ...["attention.sliding_window", "attention.sliding_window_pattern", "attention.temperature_scale"],
  ...["attention.temperature_length", "attention.kv_lora_rank", "attention.q_lora_rank", "attention.key_length_mla"],
  ...["attention.value_length_mla", "rope.dimension_count", "rope.freq_base", "rope.freq_base_swa"],
  ...["rope.scaling.type", "rope.scaling.factor", "rope.scaling.alpha", "rope.scaling.original_context_length"],
  ...["rope.scaling.yarn_log_multiplier", "rope.scaling.attn_factor", "rope.dimension_sections", "expert_count"],
  ...["expert_used_count", "expert_group_count", "expert_group_used_count", "expert_weights_scale", "logit_scale"],
  ...["embedding_scale", "residual_scale", "attn_logit_softcapping", "final_logit_softcapping", "unknown"],
];
const number = fc.oneof(fc.integer({ min: 0, max: 130 }), fc.constantFrom(2 ** 16, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1));
const value = fc.oneof(
  { weight: 6, arbitrary: number },
  fc.boolean(),
  fc.constantFrom("none", "linear", "yarn", "longrope", "dynamic"),
  fc.array(number, { maxLength: 5 }),
);

it("a changed number in a model's metadata gives a model, or an error that names it, within a second", () =>
  property(
    fc.tuple(fc.constantFrom(...small), fc.dictionary(fc.constantFrom(...keys), value, { minKeys: 1, maxKeys: 2 })),
    async ([name, change]) => {
      const model = { ...models[name], metadata: { ...models[name].metadata, ...change } };
      const bytes = await randomModel(name, model, "Q8_0");
      const start = performance.now();
      try {
        await withModel(bytes, "int8", async (loaded) => {
          const logits = await new Context(loaded, { contextLength: 8 }).forward([1, 2, 3]);
          expect(logits.length).toBe(3 * 64);
        });
      } catch (error) {
        if (!(error instanceof ModelError) && !(error instanceof GgufError)) throw error;
        expect(error.message).not.toMatch(/\n|undefined|\[object/);
      }
      expect(performance.now() - start).toBeLessThan(1000);
    },
    { runs: 600 },
  ));
