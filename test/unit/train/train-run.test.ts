import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { type TrainEvent, type TrainOptions, train } from "../../../src/compress/train/index.ts";
import { loadModel } from "../../../src/index.ts";
import { tinyStories } from "../../support/tiny-stories.ts";

const folder = await mkdtemp(join(tmpdir(), "pellucid-train-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const [text, validation] = [join(folder, "text.txt.gz"), join(folder, "validation.txt")];
await writeFile(text, gzipSync(tinyStories(200).join("<|endoftext|>\n")));
await writeFile(validation, tinyStories(30, 2).join("<|endoftext|>\n"));

/** After which it tells simple stories; the last stop of the run that is resumed is at step 34. */
const steps = 42;

function options(name: string, more: Partial<TrainOptions> = {}): TrainOptions {
  const model = { name, vocabulary: 288, width: 32, layers: 1, heads: 2, feedForward: 64 };
  const out = join(folder, `${name}.gguf`);
  const shared = { files: [text], validation: [validation], context: 16, batch: 8, units: 4, tokens: 16 * 8 * steps };
  return { out, model, ...shared, learningRate: 1e-2, threads: 2, validateEvery: 20, ...more };
}

test("a run that is stopped and resumed gives the same file, which tells stories", async () => {
  const whole = await train(options("whole"));
  expect(whole.steps).toBe(steps);
  expect(whole.validation!.bitsPerByte).toBeLessThan(2.2);

  const events: TrainEvent[] = [];
  for (let stopAt = 7; ; stopAt += 9) {
    const controller = new AbortController();
    const onEvent = (event: TrainEvent) => {
      events.push(event);
      if (event.event === "step" && event.step === stopAt) controller.abort(new Error("stopped"));
    };
    const more = { resume: true, threads: 1 + (stopAt % 2), onEvent, signal: controller.signal, checkpointSeconds: 0 };
    const stopped = options("stopped", { ...more, model: { ...(options("whole").model as object) } as never });
    if (stopAt < steps) await expect(train(stopped)).rejects.toThrow("stopped");
    else {
      expect(await train(stopped)).toMatchObject({ steps, validation: whole.validation });
      break;
    }
  }
  expect(events.filter(({ event }) => event === "start").length).toBe(5);
  const [a, b] = await Promise.all(["whole", "stopped"].map((name) => readFile(join(folder, `${name}.gguf`))));
  expect(b.equals(a)).toBe(true);

  const card = await readFile(join(folder, "whole.md"), "utf8");
  expect(card).toContain(createHash("sha256").update(a).digest("hex"));
  expect(card).toContain(whole.validation!.bitsPerByte.toFixed(4));

  const model = await loadModel(join(folder, "whole.gguf"));
  const generated = await model.generate("The cat", { maxTokens: 12, temperature: 0 }).result;
  expect(generated.text).toMatch(/^( [a-z]+)+/);
  await model.close();
});

test("a folder with a run in it is left alone, and so are other settings", async () => {
  await train(options("kept", { tokens: 128 }));
  await expect(train(options("kept", { tokens: 128 }))).rejects.toThrow("holds a run already");
  await expect(train(options("kept", { tokens: 256, resume: true }))).rejects.toThrow("other settings");
});

test("errors name what is wrong", async () => {
  await expect(train(options("none", { files: [join(folder, "nothing.txt")] }))).rejects.toThrow("nothing.txt");
  await expect(train(options("none", { files: [] }))).rejects.toThrow("no text");
  await expect(train(options("fast", { learningRate: 1e30 }))).rejects.toMatchObject({ code: "DIVERGED" });
});

test("goes on with a model of another run", async () => {
  const start = await train(options("start", { tokens: 128 * 10 }));
  const further = await train(options("further", { model: join(folder, "start.gguf"), tokens: 128 * 10 }));
  expect(further.validation!.loss).toBeLessThan(start.validation!.loss);
});

test("a student comes closer to its teacher, the same after a stop; other vocabularies are refused", async () => {
  await train(options("teacher"));
  const model = await loadModel(join(folder, "teacher.gguf"), { threads: 1 });
  const context = model.createContext({ contextLength: 16 });
  const teacher = {
    name: "teacher",
    tokens: model.loaded.gguf.metadata.strings("tokenizer.ggml.tokens"),
    logits: (tokens: Int32Array) => {
      context.clear();
      return context.forward(tokens);
    },
  };
  const following = { teacher, divergence: "forward-kl" as const, temperature: 2, mix: 1, topTokens: 20 };
  const steps = { tokens: 128 * 12, teacher: following };
  const divergences: number[] = [];
  const controller = new AbortController();
  const onEvent = (event: TrainEvent) => {
    if (event.event === "step") divergences.push(event.divergence);
    if (event.event === "step" && event.step === 5) controller.abort(new Error("stopped"));
  };
  await train(options("student", { ...steps, onEvent, signal: controller.signal })).catch(() => undefined);
  await train(options("student", { ...steps, resume: true, onEvent: (event) => onEvent(event) }));
  expect(divergences.length).toBe(12);
  expect(divergences[11]).toBeLessThan(0.8 * divergences[0]);

  const other = { ...teacher, tokens: [...teacher.tokens.slice(0, -1), "other"] };
  const wrong = options("wrong", { ...steps, teacher: { ...following, teacher: other } });
  await expect(train(wrong)).rejects.toMatchObject({ code: "TEACHER_MISMATCH" });
  await model.close();
});
