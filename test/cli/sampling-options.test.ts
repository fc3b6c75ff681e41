import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyLlama } from "../support/tiny-llama.ts";
import { runCommand, runForJson } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-sampling-"));
const model = join(folder, "tiny.gguf");
beforeAll(async () => writeFileSync(model, await tinyLlama({ tied: false })));
afterAll(() => rmSync(folder, { recursive: true }));

interface Printed {
  tokens: number[];
  text: string;
  finish_reason: string;
  stopped_by: string;
  stop_text?: string;
  logprobs?: { id: number; token: string; logprob: number; top_logprobs: unknown[] }[];
  prompt_logprobs?: { id: number; logprob: number | null }[];
  alternatives?: { score: number }[];
}

const base = ["--prompt", "abc", "--max-tokens", "6", "--temperature", "0", "--ignore-end", "--json"];
const generate = (...args: string[]) => runForJson(["generate", model, ...base, ...args]) as Promise<Printed>;
/** An A, then a B, and so on: bias and bans make a text that is known. */
const letters = ["--logit-bias", "65+100", "--logit-bias", "66+90", "--logit-bias", "67+80"];

describe.concurrent("generate's options", () => {
  it("ban and wish", async () => {
    expect((await generate(...letters)).text).toBe("AAAAAA");
    expect((await generate(...letters, "--no-repeat-ngram", "1")).text).toMatch(/^ABC/);
    expect((await generate(...letters, "--bad-word", "AA", "--bad-word", "AB")).text).toBe("ACACAC");
    expect((await generate(...letters, "--logit-bias", "65-inf")).text).toBe("BBBBBB");
  });

  it("stop", async () => {
    const varied = [...letters, "--no-repeat-ngram", "2"];
    const { text: whole } = await generate(...varied);
    expect(whole).toMatch(/^AAB/);
    expect(await generate(...varied, "--stop", "AB")).toMatchObject({
      text: "A",
      stopped_by: "string",
      stop_text: "AB",
    });
    const pattern = await generate(...varied, "--stop-pattern", "/a+b/i");
    expect(pattern).toMatchObject({ text: "", finish_reason: "stop", stopped_by: "pattern", stop_text: "AAB" });
    expect(await generate(...varied, "--stop-tokens", "66")).toMatchObject({ text: "AA", stopped_by: "token" });
    expect(await generate("--time-limit", "0")).toMatchObject({ finish_reason: "length", stopped_by: "time" });
  });

  it("give log-probabilities, of the prompt too", async () => {
    const printed = await generate("--logprobs", "2", "--echo");
    expect(printed.text.startsWith("abc")).toBe(true);
    expect(printed.prompt_logprobs!.map(({ id }) => id)).toEqual([97, 98, 99]);
    expect(printed.prompt_logprobs![0].logprob).toBeNull();
    expect(printed.logprobs!.map(({ id }) => id)).toEqual(printed.tokens);
    expect(printed.logprobs!.every(({ top_logprobs }) => top_logprobs.length === 2)).toBe(true);
  });

  it("search beams and take the best of several", async () => {
    const beams = await generate("--beams", "3", "--length-penalty", "0");
    expect(beams.alternatives).toHaveLength(3);
    const best = await generate("--best-of", "3", "--temperature", "1", "--seed", "1");
    expect(best.alternatives).toHaveLength(3);
    expect(best.alternatives![0].score).toBeGreaterThanOrEqual(best.alternatives![2].score);
  });

  it("name the samplers in order", async () => {
    const all = "--mirostat 2 --mirostat-tau 3 --mirostat-eta 0.2 --samplers penalties,temperature,mirostat --seed 3";
    expect((await generate(...all.split(" "), "--temperature", "1")).tokens).toHaveLength(6);
    const more =
      "--xtc-probability 0.5 --xtc-threshold 0.2 --dynamic-temperature-range 0.3 --dry-multiplier 1 --seed 1";
    const breaker = ["--dry-sequence-breaker", "\n", "--dynamic-temperature-exponent", "2", "--dry-last-n", "-1"];
    expect((await generate(...more.split(" "), ...breaker, "--temperature", "1")).tokens).toHaveLength(6);
  });

  const refused: [string[], RegExp][] = [
    [["--mirostat", "3"], /It must be 0, 1 or 2/],
    [["--logit-bias", "x"], /It must be like 15043\+1.5/],
    [["--logit-bias", "1+inf"], /can't be \+inf/],
    [["--stop-pattern", "("], /Invalid regular expression/],
    [["--stop-pattern", "a$"], /a stop pattern can't hold \$/],
    [["--samplers", "top_k,topp"], /there is no sampler "topp"/],
    [["--samplers", "top_k", "--top-p", "0.5"], /topP would count for nothing/],
    [["--beams", "2", "--top-k", "3"], /topK would count for nothing/],
    [["--best-of", "0"], /a whole number of at least 1/],
    [["--bad-word", ""], /badWords can't hold an empty text/],
    [["--no-repeat-ngram", "x"], /a whole number of at least 0/],
    [["--min-tokens", "7"], /minTokens \(7\) is more than maxTokens \(6\)/],
    [["--time-limit", "-1"], /It must be a number of at least 0/],
  ];
  it.each(refused)("refuse %j in one line", async (args, message) => {
    const { code, stdout, stderr } = await runCommand(["generate", model, ...base, ...args]);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^pellucid: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("say that --logprobs needs --json", async () => {
    const { code, stderr } = await runCommand(["generate", model, "--prompt", "a", "--logprobs", "1"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "pellucid: --logprobs needs --json\n" });
  });

  it("are grouped in the help", async () => {
    const { stdout } = await runCommand(["generate", "--help"]);
    const groups = stdout.match(/^[A-Z][a-z ]+:$/gm);
    expect(groups).toEqual(
      [
        "Arguments",
        "Options",
        "Stopping",
        "Choosing tokens",
        "Repetition",
        "Bans and wishes",
        "Structured output",
        "Several texts",
        "Output",
      ]
        .concat("Examples")
        .map((group) => `${group}:`),
    );
  });
});

describe("sample", () => {
  it("takes the samplers with a memory, as they are at µ", async () => {
    const input = (mu: number) => ({ logits: [1, 3, 2, -4], samplers: [{ mirostat_v2: { tau: 1, eta: 0.1, mu } }] });
    expect(((await runForJson(["sample"], input(0.1))) as unknown[]).length).toBe(1);
    expect(((await runForJson(["sample"], input(20))) as unknown[]).length).toBe(4);
  });
});
