import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type Divergence, Trainer, divergences } from "../../../src/compress/train/index.ts";
import { diverge } from "../../../src/compress/train/divergence.ts";
import { likeliest } from "../../../src/compress/train/teacher.ts";
import { createRandom } from "../../../src/sampling/index.ts";
import { property } from "../../support/property.ts";
import { tinyTrainable } from "../../support/tiny-stories.ts";

const open: Trainer[] = [];
afterAll(() => Promise.all(open.map((trainer) => trainer.close())));

test("the slopes of the divergences, which are 0 for equal distributions and never less", async () => {
  const distribution = fc
    .array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
    .map((x) => Float64Array.from(x, (value) => value / x.reduce((a, b) => a + b)));
  await property(
    fc.tuple(fc.constantFrom(...divergences), distribution, distribution),
    ([kind, teacher, student]) => {
      const [slopes, rest] = [new Float64Array(4), new Float64Array(4)];
      expect(diverge(kind, teacher, student, slopes)).toBeGreaterThanOrEqual(-1e-12);
      expect(diverge(kind, teacher, teacher, rest)).toBeCloseTo(0, 12);
      for (let i = 0; i < 4; i++) {
        const at = (step: number) =>
          diverge(
            kind,
            teacher,
            student.map((p, j) => p + (i === j ? step : 0)),
            rest,
          );
        expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(slopes[i], 4);
      }
    },
    { runs: 100 },
  );
});

test("the likeliest tokens of a row", () => {
  const [ids, probabilities] = [new Int32Array(3), new Float32Array(3)];
  likeliest(Float32Array.of(1, 3, 0, 3, 2), 3, 2, ids, probabilities);
  expect([...ids]).toEqual([1, 3, 4]);
  const sum = [1, 3, 0, 3, 2].reduce((total, x) => total + Math.exp(x / 2), 0);
  [3, 3, 2].forEach((x, i) => expect(probabilities[i]).toBeCloseTo(Math.exp(x / 2) / sum, 6));
});

test.each<[Divergence, number]>(
  divergences.flatMap((kind) => [5, 288].map((count): [Divergence, number] => [kind, count])),
)("the gradient of the loss with a teacher is its slope: %s, %i tokens", async (divergence, count) => {
  const random = createRandom(3);
  const loss = { divergence, temperature: 1.7, mix: 0.6 };
  const shared = { context: 8, batch: 2, units: 1, threads: 1, teacher: { ...loss, tokens: count } };
  const gguf = await tinyTrainable();
  const [trainer, other] = [await Trainer.create(gguf, shared), await Trainer.create(gguf, shared)];
  open.push(trainer, other);
  const sequences = [0, 1].map(() => Int32Array.from({ length: 9 }, () => Math.floor(random() * 288)));
  const views = sequences.map(() => {
    const [ids, probabilities] = [new Int32Array(8 * count), new Float32Array(8 * count)];
    for (let t = 0; t < 8; t++) {
      const row = Float32Array.from({ length: 288 }, () => 4 * random());
      const [from, to] = [t * count, (t + 1) * count];
      likeliest(row, count, loss.temperature, ids.subarray(from, to), probabilities.subarray(from, to));
    }
    return { ids, probabilities };
  });
  const still = { learningRate: 0, weightDecay: 0, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, clip: Infinity };
  await trainer.step(sequences, still, views);
  const parameter = trainer.parameters.find(({ name }) => name === "blk.1.ffn_down.weight")!;
  const gradient = trainer.moments(parameter)[0].map((m) => m / 0.1);
  const length = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  const at = async (step: number) => {
    const weights = other.weights(parameter);
    weights.set(trainer.weights(parameter).map((w, i) => w + (step * gradient[i]) / length));
    const result = await other.step(sequences, still, views);
    return 0.4 * result.loss + 0.6 * result.divergence;
  };
  const h = 0.02;
  const slope = (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
  expect(Math.abs(slope - length)).toBeLessThan(1e-3 * length);
});
