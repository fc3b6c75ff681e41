import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { ended, runCommand, runForJson, startCommand } from "./run-command.ts";

describe("without a MODEL", () => {
  it("start tells a story as it comes, the same one for the same seed, and says on standard error what comes next", async () => {
    const child = startCommand(["start", "--seed", "3"]);
    let chunks = 0;
    child.stdout!.on("data", () => chunks++);
    const { code, stdout, stderr } = await ended(child);
    expect(code).toBe(0);
    expect(chunks).toBeGreaterThan(10);
    expect(stdout).toMatch(/^Once upon a time, [^]{100,}\n$/);
    expect(stdout).toMatch(/[.!?"]\n$/);
    expect(stderr).toContain("--seed 3 tells it again");
    expect(stderr).toContain("npx pellucid --help");
    expect((await runCommand(["start", "--seed", "3"])).stdout).toBe(stdout);
    expect((await runCommand(["start", "--seed", "4"])).stdout).not.toBe(stdout);
  });

  it("Ctrl-C ends the story", async () => {
    const child = startCommand(["start"]);
    const result = ended(child);
    await once(child.stdout!, "data");
    child.kill("SIGINT");
    expect((await result).code).toBe(130);
  });

  it("the other commands take the built-in model too", async () => {
    const info = (await runForJson(["info", "--json"])) as { metadata: Record<string, unknown> };
    expect(info.metadata["general.name"]).toBe("stories");
    const [tokens] = (await runForJson(["tokenize"], ["One day"])) as number[][];
    expect(await runForJson(["detokenize"], [tokens])).toEqual(["One day"]);
    const args = ["--prompt", "Once upon", "--temperature", "0", "--max-tokens", "2"];
    expect(await runCommand(["generate", ...args])).toEqual({ code: 0, stdout: " a time\n", stderr: "" });
    const chat = await runCommand(["chat", "--temperature", "0", "--max-tokens", "2"], "Once upon\n");
    expect(chat).toEqual({ code: 0, stdout: " a time\n", stderr: "" });
    expect((await runCommand(["explain"])).code).toBe(0);
  });
});
