import { afterAll, expect, test } from "vitest";
import { Trainer } from "../../../src/compress/train/index.ts";
import { Context, loadModelInto } from "../../../src/model/index.ts";
import { createRandom } from "../../../src/sampling/index.ts";
import { createReferenceBackend } from "../../../src/tensor/index.ts";
import { tinyTrainable } from "../../support/tiny-stories.ts";

const gguf = await tinyTrainable();
const options = { context: 16, batch: 6, units: 3 };
const adam = { learningRate: 3e-3, weightDecay: 0.1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, clip: 1 };
const open: Trainer[] = [];
afterAll(() => Promise.all(open.map((trainer) => trainer.close())));

async function create(threads: number, changed = options): Promise<Trainer> {
  const trainer = await Trainer.create(gguf, { ...changed, threads });
  open.push(trainer);
  return trainer;
}

function sequences(count: number, seed: number): Int32Array[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => Int32Array.from({ length: 17 }, () => Math.floor(random() * 288)));
}

test("the loss is that of the model that runs", async () => {
  const trainer = await create(1);
  const [sequence] = sequences(1, 5);
  const backend = createReferenceBackend("f32");
  const context = new Context(await loadModelInto(backend, gguf), { contextLength: 16 });
  const logits = await context.forward([...sequence.subarray(0, 16)]);
  let expected = 0;
  for (let t = 0; t < 16; t++) {
    const row = logits.subarray(288 * t, 288 * (t + 1));
    expected += Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[sequence[t + 1]];
  }
  expect((await trainer.evaluate([sequence]))[0]).toBeCloseTo(expected / 16, 5);
});

test("the gradients of the whole model are its slopes", async () => {
  // The first moments after one step are (1 − beta1) times the gradients.
  const [trainer, other] = [await create(2), await create(1)];
  const batch = sequences(6, 2);
  await trainer.step(batch, { ...adam, clip: Infinity });
  const random = createRandom(7);
  for (const parameter of trainer.parameters) {
    const gradient = trainer.moments(parameter)[0].map((m) => m / 0.1);
    const direction = gradient.map((g) => g + (random() - 0.5) * 1e-3);
    const expected = gradient.reduce((sum, g, i) => sum + g * direction[i], 0);
    const length = Math.sqrt(direction.reduce((sum, d) => sum + d * d, 0));
    const at = async (step: number) => {
      const weights = other.weights(parameter);
      const before = weights.slice();
      weights.forEach((w, i) => (weights[i] = w + (step * direction[i]) / length));
      const losses = await other.evaluate(batch);
      other.weights(parameter).set(before);
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    };
    const h = 0.02;
    const slope = (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
    expect(Math.abs(slope - expected / length), parameter.name).toBeLessThan(2e-3 * (expected / length) + 1e-5);
  }
});

test("the weights are the same for any number of threads, and the loss falls", async () => {
  const weights: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    const trainer = await create(threads);
    const losses: number[] = [];
    for (let step = 0; step < 8; step++) losses.push((await trainer.step(sequences(6, step % 2), adam)).loss);
    expect(losses[7]).toBeLessThan(losses[1] - 0.2);
    weights.push(Float32Array.from(trainer.parameters.flatMap((parameter) => [...trainer.weights(parameter)])));
  }
  expect(weights[1]).toEqual(weights[0]);
  expect(weights[2]).toEqual(weights[0]);
});

test("gradients that are not finite change nothing", async () => {
  const trainer = await create(2);
  await trainer.step(sequences(6, 1), adam);
  const [norm] = trainer.parameters.filter(({ name }) => name === "output_norm.weight");
  const [embedding] = trainer.parameters;
  const before = trainer.weights(embedding).slice();
  trainer.weights(norm)[3] = NaN;
  await expect(trainer.step(sequences(6, 2), adam)).rejects.toMatchObject({ code: "DIVERGED" });
  expect(trainer.weights(embedding)).toEqual(before);
  expect(trainer.steps).toBe(1);
  trainer.weights(norm)[3] = 1;
  await trainer.step(sequences(6, 2), adam);
});

test("refuses lengths and batches that it can't take", async () => {
  await expect(create(1, { ...options, context: 12 })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  const trainer = await create(1);
  await expect(trainer.step(sequences(7, 1), adam)).rejects.toMatchObject({ code: "BAD_BATCH" });
  await expect(trainer.evaluate([Int32Array.of(1, 2)])).rejects.toMatchObject({ code: "BAD_BATCH" });
});
