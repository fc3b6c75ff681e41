import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyLlama } from "../support/tiny-llama.ts";
import { runCommand, runForJson } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-"));
const model = join(folder, "tiny.gguf");
const lines = join(folder, "lines.txt");
beforeAll(async () => {
  writeFileSync(model, await tinyLlama());
  writeFileSync(lines, "abc\n\nxyz!\r\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Scored {
  readonly tokens: number[];
  readonly logprobs: (number | null)[];
  readonly total: number;
}

describe("score", () => {
  it("prints each token's log-probability, and what they come to", async () => {
    const { code, stdout, stderr } = await runCommand(["score", model, "--prompt", "ab\nc"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const rows = stdout.split("\n");
    expect(rows.slice(0, 4).map((row) => row.slice(11))).toEqual(["a", "b", "↵", "c"]);
    expect(rows[4]).toMatch(/^3 tokens scored, total -[\d.]+, mean -[\d.]+, perplexity [\d.]+$/);
  });

  it("takes a file, its lines, or tokens, and prints JSON", async () => {
    const whole = (await runForJson(["score", model, "--file", lines, "--json"])) as Scored;
    expect(whole.tokens).toEqual([...Buffer.from("abc\n\nxyz!\r\n")]);
    expect(whole.logprobs[0]).toBe(null);
    const { stdout } = await runCommand(["score", model, "--file", lines, "--lines", "--json"]);
    const [first, second, end] = stdout.split("\n");
    expect((JSON.parse(second) as Scored).tokens).toEqual([...Buffer.from("xyz!")]);
    expect(end).toBe("");
    const tokens = await runForJson(["score", model, "--tokens", "97,98,99", "--json"]);
    expect(tokens).toEqual(JSON.parse(first));
  });

  it("wants exactly one text", async () => {
    const { code, stderr } = await runCommand(["score", model, "--prompt", "a", "--tokens", "1"]);
    const message = "pellucid: give the text with one of --prompt, --file or --tokens\n";
    expect({ code, stderr }).toEqual({ code: 2, stderr: message });
  });
});

interface Embedded {
  readonly dimensions: number;
  readonly embeddings: number[][];
}

describe("embed", () => {
  it("prints a vector for each line, or for each text of a JSON array", async () => {
    const { code, stdout, stderr } = await runCommand(["embed", model], "abc\nxyz!\n");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const vectors = stdout
      .trimEnd()
      .split("\n")
      .map((row) => row.split(" ").map(Number));
    const json = (await runForJson(["embed", model, "--json"], ["abc", "xyz!"])) as Embedded;
    expect(json).toEqual({ dimensions: 64, embeddings: vectors });
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  });

  it("pools as asked, and reads lines that only look like JSON", async () => {
    const last = (await runForJson(
      ["embed", model, "--pooling", "last", "--no-normalize", "--json"],
      ["ab"],
    )) as Embedded;
    const mean = (await runForJson(["embed", model, "--no-normalize", "--json"], [[97, 98]])) as Embedded;
    expect(mean.embeddings[0]).not.toEqual(last.embeddings[0]);
    const { stdout } = await runCommand(["embed", model], "[a] bracket\n[1, 2\n");
    expect(stdout.trimEnd().split("\n").length).toBe(2);
  });

  it("says what is wrong with its texts", async () => {
    const none = await runCommand(["embed", model], "\n \n");
    expect(none).toMatchObject({ code: 2, stdout: "" });
    expect(none.stderr).toBe("pellucid: there are no texts: give one a line, or a JSON array of strings\n");
    const empty = await runCommand(["embed", model], '["a", ""]');
    expect(empty.stderr).toBe("pellucid: text 1 has no tokens: there is nothing to embed\n");
  });
});
