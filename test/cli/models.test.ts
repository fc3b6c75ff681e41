import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { itShared, shared, smollm2 } from "../support/shared.ts";
import { runCommand, runForJson, tinyModel } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Dense {
  readonly tokens: number[];
  readonly prompt: number[];
  readonly greedy: number[];
}
const dense = () => JSON.parse(readFileSync(tinyModel.replace(/gguf$/, "json"), "utf8")) as Dense;
const floats = (path: string) => new Float32Array(Uint8Array.from(readFileSync(path)).buffer);

describe("without a vocabulary", () => {
  itShared("generate continues tokens as llama.cpp does", async () => {
    const { prompt, greedy } = dense();
    const options = ["--tokens", prompt.join(","), "--temperature", "0", "--max-tokens", String(greedy.length)];
    const result = await runForJson(["generate", tinyModel, ...options, "--json"]);
    expect(result).toMatchObject({ prompt_tokens: prompt, tokens: greedy, text: "", finish_reason: "length" });
    const { timings } = result as { timings: Record<string, number> };
    for (const name of ["load_ms", "prefill_tokens_per_second", "decode_tokens_per_second"]) {
      expect(timings[name]).toBeGreaterThan(0);
    }
  });

  itShared("logits writes the same bytes however the text is cut, near llama.cpp's", async () => {
    const { tokens } = dense();
    const [whole, cut] = ["whole.f32", "cut.f32"].map((name) => join(folder, name));
    const run = (out: string, chunk: string) =>
      runForJson(["logits", tinyModel, "--tokens", tokens.join(","), "--out", out, "--chunk", chunk, "--json"]);
    expect(await run(whole, "1000")).toEqual({ tokens: tokens.length, vocabulary: 128, file: whole });
    await run(cut, "7");
    expect(readFileSync(cut).equals(readFileSync(whole))).toBe(true);
    const [ours, expected] = [floats(whole), floats(tinyModel.replace(/gguf$/, "logits.f32"))];
    expect(ours.length).toBe(expected.length);
    let [error, square] = [0, 0];
    for (let i = 0; i < ours.length; i++) {
      error += (ours[i] - expected[i]) ** 2;
      square += expected[i] ** 2;
    }
    expect(error / square).toBeLessThan(1e-9);
    expect(readdirSync(folder).sort()).toEqual(["cut.f32", "whole.f32"]);
  });

  itShared("bench measures", async () => {
    const options = [
      "--prompt-tokens",
      "8",
      "--generate-tokens",
      "4",
      "--repetitions",
      "2",
      "--depth",
      "3",
      "--sample",
    ];
    const result = (await runForJson(["bench", tinyModel, ...options])) as Record<string, Record<string, number>>;
    const speeds = [result.prefill_tokens_per_second, result.decode_tokens_per_second];
    for (const { median, min, max } of speeds) {
      expect(min).toBeGreaterThan(0);
      expect(min).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(max);
    }
    expect(result.load_ms).toBeGreaterThan(0);
    expect(result.peak_memory_bytes).toBeGreaterThan(1e6);
  });
});

describe("SmolLM2", () => {
  itShared("tokenize and detokenize are each other's way back", async () => {
    const texts = ["Hello, world!", "", "naïve 🦙 <|im_start|>"];
    const tokens = (await runForJson(["tokenize", smollm2], texts)) as number[][];
    expect(tokens.map((list) => list.length > 0)).toEqual([true, false, true]);
    expect(await runForJson(["detokenize", smollm2], tokens)).toEqual(texts);
    const [special] = (await runForJson(["tokenize", smollm2, "--special"], ["<|im_start|>"])) as number[][];
    expect(special).toEqual([1]);
  });

  itShared("info tells metadata, tensors and sizes", async () => {
    const info = (await runForJson(["info", smollm2, "--json"])) as {
      metadata: Record<string, unknown>;
      tensors: { name: string; type: string; shape: number[] }[];
    };
    expect(info).toMatchObject({ version: 3, endianness: "little", bytes: 98362432, parameters: 134515008 });
    expect(info.metadata["general.architecture"]).toBe("llama");
    expect(info.metadata["tokenizer.ggml.tokens"]).toEqual({ array: "string", length: 49152 });
    expect(info.tensors).toHaveLength(272);
    expect(info.tensors).toContainEqual(
      expect.objectContaining({ name: "token_embd.weight", type: "Q8_0", shape: [576, 49152] }),
    );
    const { stdout } = await runCommand(["info", smollm2]);
    expect(stdout).toMatch(/^GGUF version 3, little-endian, 98.4 MB/);
    expect(stdout).toMatch(/^general.architecture +string +"llama"$/m);
    expect(stdout).toMatch(/^token_embd.weight +Q8_0 +576 x 49152 +30.1 MB$/m);
    const all = (await runForJson(["info", smollm2, "--json", "--arrays"])) as typeof info;
    expect(all.metadata["tokenizer.ggml.tokens"]).toHaveLength(49152);
  });

  itShared("perplexity scores all but each window's first token", async () => {
    const file = join(folder, "text.txt");
    writeFileSync(file, "The quick brown fox jumps over the lazy dog.");
    const result = (await runForJson(["perplexity", smollm2, "--file", file, "--context", "5"])) as Record<
      string,
      number
    >;
    const [tokens] = (await runForJson(["tokenize", smollm2], [readFileSync(file, "utf8")])) as number[][];
    expect(result.tokens).toBe(tokens.length - Math.ceil(tokens.length / 5));
    expect(result.perplexity).toBeCloseTo(Math.exp(result.mean_nll), 9);
  });

  itShared("render gives the chat prompt, no newline added", async () => {
    const request = { messages: [{ role: "user", content: "Hi" }], add_generation_prompt: true };
    const { code, stdout, stderr } = await runCommand(["render", smollm2], JSON.stringify(request));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/<\|im_start\|>user\nHi<\|im_end\|>\n<\|im_start\|>assistant\n$/);
  });

  itShared("chat takes one message a line from a pipe, and commands", async () => {
    const options = ["--max-tokens", "2", "--temperature", "0"];
    const once = await runCommand(["chat", smollm2, ...options], "Hello!\n");
    const lines = await runCommand(["chat", smollm2, ...options], "\nHello!\n/nope\n/reset\nHello!\n/exit\nHello!\n");
    expect(once).toMatchObject({ code: 0, stderr: "" });
    expect(once.stdout).toMatch(/^[^\n]+\n$/);
    expect(lines).toEqual({
      code: 0,
      stdout: once.stdout.repeat(2),
      stderr: "pellucid: there is no /nope; /help lists what there is\n",
    });
  });
});

itShared("render with a template file equals jinja2 (golden/chat-templates)", async () => {
  const all = JSON.parse(readFileSync(shared("golden/chat-templates/cases.json"), "utf8")) as {
    template: string;
    args: unknown;
    rendered?: string;
  }[];
  const golden = all.find(({ rendered }) => rendered !== undefined)!;
  const template = shared("golden/chat-templates", golden.template);
  const { stdout } = await runCommand(
    ["render", "--template", template, "--now", "2026-11-20T09:30:00"],
    JSON.stringify(golden.args),
  );
  expect(stdout).toBe(golden.rendered);
});
