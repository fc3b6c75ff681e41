import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  type HintOptions,
  type TrainEvent,
  type TrainOptions,
  teacherOf,
  train,
} from "../../../src/compress/train/index.ts";
import { loadModel } from "../../../src/index.ts";
import { tinyStories } from "../../support/tiny-stories.ts";

const folder = await mkdtemp(join(tmpdir(), "pellucid-hints-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const text = join(folder, "text.txt");
await writeFile(text, tinyStories(100).join("<|endoftext|>\n"));

function options(name: string, width: number, layers: number, more: Partial<TrainOptions>): TrainOptions {
  const model = { name, vocabulary: 288, width, layers, heads: 2, feedForward: 64 };
  const shared = { files: [text], context: 16, batch: 4, units: 2, threads: 2, learningRate: 1e-2 };
  return { out: join(folder, `${name}.gguf`), model, ...shared, tokens: 64 * 8, ...more };
}

test("a narrower student's layer comes closer to its teacher's, the same after a stop; the projection is dropped", async () => {
  await train(options("teacher", 32, 2, {}));
  const model = await loadModel(join(folder, "teacher.gguf"), { threads: 1 });
  const teacher = teacherOf(model.loaded, "teacher", 16);
  const hints: HintOptions = { layers: [{ student: 0, teacher: 1 }], kind: "mean-square", weight: 10 };
  const following = { teacher, divergence: "forward-kl" as const, temperature: 1, mix: 0.5, topTokens: 20, hints };
  const losses: number[] = [];
  const onEvent = (event: TrainEvent) => event.event === "step" && losses.push(event.hints);
  const run = (name: string, more: Partial<TrainOptions>) =>
    train(options(name, 16, 1, { teacher: following, tokens: 64 * 16, ...more }));
  await run("whole", { onEvent });
  expect(losses).toHaveLength(16);
  expect(losses[15]).toBeLessThan(0.8 * losses[0]);

  const controller = new AbortController();
  const stop = (event: TrainEvent) =>
    event.event === "step" && event.step === 6 && controller.abort(new Error("stopped"));
  const same = { model: options("whole", 16, 1, {}).model };
  await expect(run("stopped", { ...same, onEvent: stop, signal: controller.signal })).rejects.toThrow("stopped");
  await run("stopped", { ...same, resume: true, threads: 1 });
  const [a, b] = await Promise.all(["whole", "stopped"].map((name) => readFile(join(folder, `${name}.gguf`))));
  expect(b.equals(a)).toBe(true);

  const student = await loadModel(a);
  expect(student.loaded.config.width).toBe(16);
  expect([...student.gguf.tensors.keys()].filter((name) => name.startsWith("hint"))).toEqual([]);
  expect(await readFile(join(folder, "whole.md"), "utf8")).toContain("hints 0:1 by mean-square with weight 10");
  await student.close();

  const refuse = (changed: Partial<HintOptions>, part: string) =>
    expect(run("wrong", { teacher: { ...following, hints: { ...hints, ...changed } } })).rejects.toThrow(part);
  await refuse({ layers: [] }, "pairs of a student's layer");
  await refuse({ layers: [{ student: -1, teacher: 0 }] }, "pairs of a student's layer");
  await refuse({ weight: 0 }, "must be more than 0");
  await refuse({ kind: "other" as never }, 'no hint "other"');
  const silent = { ...teacher, observe: undefined };
  await expect(run("wrong", { teacher: { ...following, teacher: silent } })).rejects.toThrow("shows no residuals");
  await model.close();
});
