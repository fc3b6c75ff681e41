import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PruneReport } from "../../src/cli/prune-report.ts";
import { tinyLlama } from "../support/tiny-llama.ts";
import { runCommand } from "./run-command.ts";

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pellucid-prune-"));
  writeFileSync(at("in.gguf"), await tinyLlama({ layers: 3, format: "F16" }));
  writeFileSync(at("text.txt"), "One big red dog ran to the mat. ".repeat(12));
});
afterAll(() => rmSync(folder, { recursive: true }));

const prune = (output: string, ...options: string[]) =>
  runCommand(["prune", at("in.gguf"), at(output), "--threads", "1", "--precision", "f32", ...options]);
const text = () => ["--file", at("text.txt"), "--tokens", "128", "--chunk", "64"];

describe.concurrent("prune", () => {
  it("makes weights zero, and tells how many and what it cost", async () => {
    const { code, stdout, stderr } = await prune("sparse.gguf", "--pattern", "2:4", ...text(), "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout) as PruneReport;
    const values = 3 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 96 * 64);
    expect(report).toMatchObject({ method: "wanda", removed: { sparsity: "2:4", tensors: 21, values } });
    expect(report.removed).toMatchObject({ zeros: expect.any(Number) as number });
    expect((report.removed as { zeros: number }).zeros).toBeGreaterThanOrEqual(values / 2);
    expect(report.perplexity!.tokens).toBe(256);
    expect(report.perplexity!.after).not.toBe(report.perplexity!.before);
    expect(statSync(at("sparse.gguf")).size).toBe(statSync(at("in.gguf")).size);
  });

  it("removes layers, channels and heads, and says which", async () => {
    const amounts = ["--drop-layers", "1", "--drop-channels", "32", "--drop-heads", "2"];
    const { code, stdout, stderr } = await prune("small.gguf", ...amounts, ...text(), "--held-out-tokens", "64");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^ {2}removed: layers \d; 32 channels of each layer; 2 heads of each layer$/m);
    expect(stdout).toMatch(/^ {2}perplexity on 64 held-out tokens: [\d.]+ -> [\d.]+$/m);
    expect(statSync(at("small.gguf")).size).toBeLessThan(statSync(at("in.gguf")).size);
  });

  it("needs no text to prune by magnitude", async () => {
    const { code, stdout } = await prune("plain.gguf", "--sparsity", "0.5", "--method", "magnitude");
    expect(code).toBe(0);
    expect(stdout).toContain("in 21 matrices are zero (50.0");
    expect(stdout).not.toContain("perplexity");
  });

  it.each([
    ["say what is to go", []],
    ["one kind of pruning at a time", ["--sparsity", "0.5", "--drop-layers", "1"]],
    ["name the text to measure on with --file", ["--sparsity", "0.5"]],
    [
      "--drop-heads must be a multiple of 2",
      ["--drop-heads", "1", "--file", "TEXT", "--tokens", "99", "--chunk", "32"],
    ],
    ["3 of 3 layers can't be removed", ["--drop-layers", "3", "--file", "TEXT", "--tokens", "99", "--chunk", "32"]],
    ["fewer than one chunk of", ["--drop-layers", "1", "--file", "TEXT", "--tokens", "9"]],
    ["96 of 96 channels of layer 0", ["--drop-channels", "96", "--file", "TEXT", "--tokens", "99", "--chunk", "32"]],
    ["is no pattern such as 2:4", ["--pattern", "2-4"]],
    ["a sparsity of 1 is not possible", ["--sparsity", "1", "--method", "magnitude"]],
  ])("says %j", async (part, options) => {
    const { code, stdout, stderr } = await prune(
      "no.gguf",
      ...options.map((word) => (word === "TEXT" ? at("text.txt") : word)),
    );
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe("");
    expect(stderr).toContain(part);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain("no.gguf");
  });
});
