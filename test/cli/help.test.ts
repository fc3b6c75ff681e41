import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandTable } from "../../src/cli/command-table.ts";
import { runCommand } from "./run-command.ts";

const model = ["--threads", "--precision", "--kernels"];
const options: Record<string, string[]> = {
  generate: [
    ...model,
    ..."--prompt --prompt-file --tokens --max-tokens --temperature --top-k --top-p --min-p --seed --json".split(" "),
  ],
  chat: [...model, "--system"],
  info: ["--json"],
  explain: model,
  tokenize: ["--special"],
  detokenize: [],
  logits: [...model, "--tokens", "--out", "--chunk"],
  perplexity: [...model, "--file", "--context"],
  score: [...model, "--prompt", "--file", "--lines", "--tokens", "--context", "--json"],
  embed: [...model, "--file", "--pooling", "--no-normalize", "--json"],
  trace: [
    ...model,
    ..."--prompt --prompt-file --tokens --special --max-tokens --html --json --samplers --seed".split(" "),
  ],
  render: ["--template", "--now"],
  sample: [],
  prune: [
    ...model,
    ..."--sparsity --pattern --method --drop-layers --drop-channels --drop-heads --file --tokens --chunk".split(" "),
    ..."--imatrix --held-out --held-out-tokens --json".split(" "),
  ],
  bench: [...model, "--prompt-tokens", "--generate-tokens", "--repetitions", "--depth", "--sample"],
};

describe("help", () => {
  it("lists the commands", async () => {
    const { code, stdout, stderr } = await runCommand(["--help"]);
    for (const { name, summary } of commandTable) expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}`, "m"));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("comes on standard error when no command is given", async () => {
    const { code, stdout, stderr } = await runCommand([]);
    expect(stderr).toContain("Usage: pellucid");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it.concurrent.each(Object.entries(options))("of %s has its options and examples", async (name, expected) => {
    const { code, stdout, stderr } = await runCommand([name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Usage: pellucid ${name}`);
    expect(stdout).toMatch(new RegExp(`Examples:\\n  .*pellucid ${name}`));
    for (const option of expected) expect(stdout).toMatch(new RegExp(`^  ${option}[ ,]`, "m"));
    expect((await runCommand(["help", name])).stdout).toBe(stdout);
  });

  it("has a version, the package's", async () => {
    const text = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
    const { version } = JSON.parse(text) as { version: string };
    expect(await runCommand(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});
