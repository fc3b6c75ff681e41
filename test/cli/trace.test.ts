import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel, tokenLogProbability } from "../../src/index.ts";
import type { TraceData } from "../../src/cli/trace/page-data.ts";
import { tinyLlama } from "../support/tiny-llama.ts";
import { runCommand, runForJson } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-"));
const model = join(folder, "tiny.gguf");
beforeAll(async () => writeFileSync(model, await tinyLlama({ layers: 3, heads: 4, kvHeads: 2 })));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `--json` prints: the data with attention as numbers. */
type Printed = Omit<TraceData, "attention"> & { readonly attention: { layer: number; heads: number[][][] }[] };

describe("trace --json", () => {
  it("generates what generate does, and shows how", async () => {
    const shared = ["--prompt", "abcde", "--max-tokens", "6", "--seed", "3", "--repeat-penalty", "1.2", "--json"];
    const generated = (await runForJson(["generate", model, ...shared])) as {
      prompt_tokens: number[];
      tokens: number[];
    };
    const trace = (await runForJson(["trace", model, ...shared])) as Printed;
    expect(trace.tokens).toEqual([...generated.prompt_tokens, ...generated.tokens]);
    expect(trace.promptLength).toBe(5);
    expect(trace.texts[97]).toBe("a");

    expect(trace.steps.length).toBe(generated.tokens.length);
    for (const [i, { ids, stages }] of trace.steps.entries()) {
      const names = stages.map(({ name }) => name.split(" ")[0]);
      expect(names).toEqual(["model", "penalties", "top_k", "top_p", "min_p", "temperature"]);
      expect(stages[0].kept).toBe(257);
      expect(stages[2].kept).toBe(40);
      const drawn = ids.indexOf(generated.tokens[i]);
      for (const { probabilities } of stages) expect(probabilities[drawn]).toBeGreaterThan(0);
      const logprob = trace.logprobs[5 + i]!;
      expect(Math.exp(logprob)).toBeCloseTo(stages[0].probabilities[drawn]!, 4);
    }
  });

  it("tells the lens, attention, entropy and log-probability that the model's own values give", async () => {
    const prompt = "hello, trace";
    const options = ["--prompt", prompt, "--max-tokens", "1", "--temperature", "0"];
    const trace = (await runForJson(["trace", model, ...options, "--json"])) as Printed;
    const loaded = await loadModel(model);
    const attention: { data: Float32Array; shape: readonly number[] }[] = [];
    const context = loaded.createContext();
    const logits = await context.forward(trace.tokens.slice(0, -1), {
      taps: { "layer.1.attention.weights": ({ data, shape }) => void attention.push({ data, shape }) },
    });
    await context.close();
    await loaded.close();

    const { lens } = trace;
    expect(lens.points).toEqual(["embedding", "layer 0", "layer 1", "layer 2"]);
    for (let t = 0; t + 1 < trace.tokens.length; t++) {
      const row = logits.subarray(t * 257, (t + 1) * 257);
      const next = trace.tokens[t + 1];
      expect(trace.logprobs[t + 1]).toBeCloseTo(tokenLogProbability(row, next), 4);
      const logprobs = Array.from(row, (_, id) => tokenLogProbability(row, id));
      expect(trace.entropies[t + 1]).toBeCloseTo(-logprobs.reduce((sum, x) => sum + Math.exp(x) * x, 0), 4);
      const last = t * 4 + 3;
      expect(lens.ids[last * lens.top]).toBe(row.indexOf(Math.max(...row)));
      expect(lens.next[last]).toBe(Math.round(Math.exp(logprobs[next]) * 1e4));
      expect(lens.ranks[last]).toBe(row.filter((logit) => logit > row[next]).length);
    }

    expect(trace.attention.map(({ layer, heads }) => [layer, heads.length])).toEqual([
      [0, 4],
      [1, 4],
      [2, 4],
    ]);
    for (const [t, { data, shape }] of attention.entries()) {
      for (let head = 0; head < 4; head++) {
        const row = trace.attention[1].heads[head][t];
        expect(row.length).toBe(t + 1);
        row.forEach((weight, i) => expect(Math.abs(weight - data[head * shape[1] + i])).toBeLessThan(0.005));
      }
    }
  });

  it("takes a chain of samplers, and tokens of a model without a vocabulary", async () => {
    const chain = ["--samplers", "xtc,top_k", "--xtc-probability", "1", "--xtc-threshold", "0.001", "--top-k", "3"];
    const options = ["--tokens", "1,2,3", "--max-tokens", "2", ...chain, "--json"];
    const { steps } = (await runForJson(["trace", model, ...options])) as Printed;
    const [{ stages }] = steps;
    expect(stages.map(({ name }) => name)).toEqual(["model", "xtc probability 1, threshold 0.001", "top_k 3"]);
    expect(stages[2].kept).toBe(3);
  });
});

describe("trace --html", () => {
  it("writes one page that refers to nothing outside, with the licences of its code", async () => {
    const page = join(folder, "page.html");
    const { code, stdout, stderr } = await runCommand([
      "trace",
      model,
      "--prompt",
      "abc",
      "--max-tokens",
      "4",
      "--html",
      page,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`${page}: 3 tokens read, 4 generated\n`);
    const text = readFileSync(page, "utf8");
    expect(text.includes("default-src 'none'")).toBe(true);
    expect(/<(script|link|img)[^>]+(src|href)="(?!data:)/.test(text)).toBe(false);
    expect(text.includes("Observable, Inc.")).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["page.html", "tiny.gguf"]);
  });

  it.each([
    [["--prompt", "a"], "say where the page goes with --html, or print --json"],
    [["--html", "x.html"], "give the text with one of --prompt, --prompt-file or --tokens"],
    [["--prompt", "a".repeat(300), "--json"], "the prompt has 300 tokens; a trace shows 256 at most, answer included"],
    [["--prompt", "a", "--json", "--samplers", "top_x"], 'there is no sampler "top_x"'],
  ])("says what is wrong with %j", async (options, message) => {
    const { code, stdout, stderr } = await runCommand(["trace", model, ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^pellucid: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect(existsSync("x.html")).toBe(false);
  });

  it("leaves nothing where the page can't be written", async () => {
    const path = join(folder, "none/page.html");
    const { code, stderr } = await runCommand(["trace", model, "--prompt", "abc", "--max-tokens", "1", "--html", path]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `pellucid: ${path}: can't be written: there is no such file or folder\n`,
    });
  });
});
