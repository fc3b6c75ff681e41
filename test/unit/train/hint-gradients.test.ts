import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Trainer } from "../../../src/compress/train/index.ts";
import { type HintKind, hintKinds, hintLoss } from "../../../src/compress/train/hint-loss.ts";
import { likeliest } from "../../../src/compress/train/teacher.ts";
import { createRandom } from "../../../src/sampling/index.ts";
import { property } from "../../support/property.ts";
import { tinyTrainable } from "../../support/tiny-stories.ts";

const open: Trainer[] = [];
afterAll(() => Promise.all(open.map((trainer) => trainer.close())));

test.each(hintKinds)("the slopes of %s, which is 0 for equal residuals", async (kind) => {
  const residual = fc.array(fc.double({ min: 0.1, max: 2, noNaN: true }), { minLength: 6, maxLength: 6 });
  await property(
    fc.tuple(residual, residual),
    ([own, led]) => {
      const h = Float64Array.from(led);
      const loss = (y: readonly number[]) => hintLoss(kind, Float64Array.from(y), h, 1);
      expect(loss(led)).toBeCloseTo(0, 12);
      const slopes = Float64Array.from(own);
      hintLoss(kind, slopes, h, 3);
      for (let i = 0; i < 6; i++) {
        const at = (step: number) => loss(own.map((y, k) => y + (k === i ? step : 0)));
        const slope = (3 * (at(1e-4) - at(-1e-4))) / 2e-4;
        expect(Math.abs(slope - slopes[i])).toBeLessThanOrEqual(1e-5 + 1e-3 * Math.abs(slope));
      }
    },
    { runs: 100 },
  );
});

test("residuals of zero have no direction", () => {
  const y = new Float32Array(4);
  expect(hintLoss("cosine", y, Float32Array.of(1, 2, 3, 4), 1)).toBe(1);
  expect([...y]).toEqual([0, 0, 0, 0]);
});

const cases = hintKinds.flatMap((kind) => [32, 48].map((width): [HintKind, number] => [kind, width]));

test.each(cases)("the gradient of the loss with hints is its slope: %s, a teacher of width %i", async (kind, width) => {
  const random = createRandom(3);
  const hints = { kind, weight: 0.7, layers: [0, 1, 1], width };
  const loss = { divergence: "forward-kl" as const, temperature: 1, mix: 0.6, tokens: 5, hints };
  const shared = { context: 8, batch: 2, units: 1, threads: 1, teacher: loss };
  const gguf = await tinyTrainable();
  const [trainer, other] = [await Trainer.create(gguf, shared), await Trainer.create(gguf, shared)];
  open.push(trainer, other);
  const sequences = [0, 1].map(() => Int32Array.from({ length: 9 }, () => Math.floor(random() * 288)));
  const views = sequences.map(() => {
    const [ids, probabilities] = [new Int32Array(8 * 5), new Float32Array(8 * 5)];
    for (let t = 0; t < 8; t++) {
      const row = Float32Array.from({ length: 288 }, () => 4 * random());
      likeliest(row, 5, 1, ids.subarray(5 * t, 5 * t + 5), probabilities.subarray(5 * t, 5 * t + 5));
    }
    return { ids, probabilities, states: Float32Array.from({ length: 3 * 8 * width }, () => random() - 0.5) };
  });
  const still = { learningRate: 0, weightDecay: 0, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, clip: Infinity };
  expect((await trainer.step(sequences, still, views)).hints).toBeGreaterThan(0.1);
  const projections = width === 32 ? [] : ["hint.0.weight", "hint.2.weight"];
  const named = trainer.parameters.filter(({ name }) => name.startsWith("hint."));
  expect(named).toHaveLength(width === 32 ? 0 : 3);
  for (const name of ["token_embd.weight", "blk.0.ffn_down.weight", "blk.1.attn_q.weight", ...projections]) {
    const parameter = trainer.parameters.find((candidate) => candidate.name === name)!;
    const gradient = trainer.moments(parameter)[0].map((m) => m / 0.1);
    const length = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    const weights = other.weights(parameter);
    const before = weights.slice();
    const at = async (step: number) => {
      other.weights(parameter).set(before.map((w, i) => w + (step * gradient[i]) / length));
      const result = await other.step(sequences, still, views);
      return 0.4 * result.loss + 0.6 * result.divergence + 0.7 * result.hints;
    };
    const h = 0.02;
    const slope = (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
    expect(Math.abs(slope - length), name).toBeLessThan(1e-3 * length);
    other.weights(parameter).set(before);
  }
});

test("refuses layers that the student has not, and views without residuals", async () => {
  const teacher = { divergence: "forward-kl" as const, temperature: 1, mix: 1, tokens: 5 };
  const create = async (layers: number[]) =>
    Trainer.create(await tinyTrainable(), {
      ...{ context: 8, batch: 1, threads: 1 },
      teacher: { ...teacher, hints: { kind: "cosine", weight: 1, layers, width: 32 } },
    });
  await expect(create([2])).rejects.toThrow("the student has no layer 2 to lead");
  const trainer = await create([1]);
  open.push(trainer);
  const view = { ids: new Int32Array(40), probabilities: new Float32Array(40) };
  const still = { learningRate: 0, weightDecay: 0, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, clip: 1 };
  await expect(trainer.step([new Int32Array(9)], still, [view])).rejects.toMatchObject({ code: "BAD_BATCH" });
});
