import { once } from "node:events";
import { expect, it } from "vitest";
import { itShared, smollm2 } from "../support/shared.ts";
import { ended, runCommand, startCommand, tinyModel } from "./run-command.ts";

it("a reader that closes the pipe ends the command without noise", async () => {
  const child = startCommand(["sample"]);
  child.stdout!.destroy();
  child.stdin!.on("error", () => undefined);
  child.stdin!.end(JSON.stringify({ logits: new Array<number>(200_000).fill(1) }));
  const { code, stderr } = await ended(child);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

it("output that fills the pipe arrives whole", async () => {
  const { code, stdout } = await runCommand(["sample"], JSON.stringify({ logits: new Array<number>(100_000).fill(1) }));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveLength(100_000);
});

itShared("a reader that has had enough ends a generation", async () => {
  const child = startCommand(["generate", smollm2, "--prompt", "Once upon a time", "--temperature", "0"]);
  child.stdout!.once("data", () => child.stdout!.destroy());
  const { code, stderr } = await ended(child);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

itShared("text is streamed as it comes, and ends with one newline", async () => {
  const args = ["--prompt", "The capital of France is", "--temperature", "0", "--max-tokens", "3"];
  const child = startCommand(["generate", smollm2, ...args]);
  let chunks = 0;
  child.stdout!.on("data", () => chunks++);
  const { code, stdout, stderr } = await ended(child);
  expect(stdout).toMatch(/^ Paris\.[^]*\n$/);
  expect(chunks).toBeGreaterThan(1);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

itShared("Ctrl-C ends a generation with its text so far, a newline and exit code 130", async () => {
  const child = startCommand(["generate", smollm2, "--prompt", "Once upon a time", "--temperature", "0"]);
  const result = ended(child);
  await once(child.stdout!, "data");
  child.kill("SIGINT");
  const { code, stdout, stderr } = await result;
  expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
  expect(stdout).toMatch(/[^\n]\n$/);
});

itShared("Ctrl-C ends a benchmark", async () => {
  const child = startCommand(["bench", tinyModel, "--prompt-tokens", "64", "--repetitions", "100000"]);
  const result = ended(child);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  child.kill("SIGINT");
  expect(await result).toEqual({ code: 130, stdout: "", stderr: "" });
});

it("Ctrl-C while it waits for standard input ends it at once", async () => {
  const child = startCommand(["sample"]);
  const result = ended(child);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.kill("SIGINT");
  expect(await result).toEqual({ code: 130, stdout: "", stderr: "" });
});
