import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyLlama } from "../support/tiny-llama.ts";
import { runCommand } from "./run-command.ts";

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pellucid-quantize-"));
  writeFileSync(at("in.gguf"), await tinyLlama({ format: "F16" }));
  writeFileSync(at("text.txt"), "One big red dog ran to the mat. ".repeat(12));
});
afterAll(() => rmSync(folder, { recursive: true }));

const quantize = (output: string, type: string, ...options: string[]) =>
  runCommand(["quantize", at("in.gguf"), at(output), type, "--threads", "1", ...options]);

describe.concurrent("quantize", () => {
  it("writes the file, and tells sizes and formats", async () => {
    const { code, stdout, stderr } = await quantize("plain.gguf", "Q8_0", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { input_bytes, output_bytes, formats } = JSON.parse(stdout) as Record<string, number>;
    expect(output_bytes).toBeLessThan(0.6 * input_bytes);
    expect(formats).toMatchObject({ Q8_0: expect.any(Number) as number });
  });

  it("calibrates on a text: other bytes than rounding gives, the same formats", async () => {
    const plain = await quantize("rounded.gguf", "Q4_0", "--json");
    const calibrated = await quantize(
      "calibrated.gguf",
      ...["Q4_0", "--calibrate", at("text.txt"), "--chunk", "64", "--calibrate-tokens", "128", "--json"],
    );
    expect(calibrated).toMatchObject({ code: 0, stderr: plain.stderr });
    expect(plain.stderr).toBe(
      "token_embd.weight: rows of 64 values are no multiple of Q6_K's block of 256: Q8_0 instead\n",
    );
    expect(JSON.parse(calibrated.stdout)).toEqual(JSON.parse(plain.stdout));
    const [a, b] = [readFileSync(at("rounded.gguf")), readFileSync(at("calibrated.gguf"))];
    expect(a.length).toBe(b.length);
    expect(a.equals(b)).toBe(false);
  });

  it.each([
    ["none can be calibrated", "Q8_0", ["--calibrate", "TEXT", "--chunk", "64"]],
    ["fewer than one chunk", "Q4_0", ["--calibrate", "TEXT", "--chunk", "4096"]],
    ["one of them at a time", "Q4_0", ["--calibrate", "TEXT", "--imatrix", "TEXT"]],
    ["there is no such file or folder", "Q4_0", ["--calibrate", "none.txt"]],
    ["Q9_0", "Q9_0", []],
    ["no multiple of Q4_K's block of 256", "Q4_K", ["--pure"]],
  ])("says %j", async (part, type, options) => {
    const words = options.map((word) => (word === "TEXT" ? at("text.txt") : word));
    const { code, stdout, stderr } = await quantize("no.gguf", type, ...words);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe("");
    expect(stderr).toContain(part);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(readdirSync(folder)).not.toContain("no.gguf");
  });
});
