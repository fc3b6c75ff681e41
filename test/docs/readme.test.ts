import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { runCommand } from "../cli/run-command.ts";
import { root, run } from "../support/built.ts";
import { itShared, smollm2 } from "../support/shared.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");

describe("what the README shows in the terminal", () => {
  itShared("is what generate and chat print", async () => {
    const generate = [
      "generate",
      smollm2,
      "--prompt",
      "The capital of France is",
      "--temperature",
      "0",
      "--max-tokens",
      "2",
    ];
    expect(readme).toContain(`--max-tokens 2\n${(await runCommand(generate)).stdout}$`);
    const question = "Tell me what photosynthesis is in one sentence.";
    const { stdout } = await runCommand(["chat", smollm2, "--temperature", "0"], `${question}\n`);
    expect(readme).toContain(`echo "${question}"`);
    expect(readme).toContain(`--temperature 0\n${stdout}`);
  });

  itShared("is what explain prints", async () => {
    const { stdout } = await runCommand(["explain", smollm2, "--threads", "2"]);
    const shown = readme.slice(readme.indexOf("explain MODEL.gguf\n")).split("```")[0].trimEnd().split("\n").slice(1);
    expect(shown.length).toBeGreaterThan(4);
    for (const line of shown) if (line !== "…") expect(stdout.split("\n")).toContain(line);
  });

  itShared("is what the example prints", () => {
    const options = ["--layer", "3", "--head", "1", "--prompt", "The cat sat on the mat."];
    const output = run(process.execPath, ["docs/examples/attention-heat-map.ts", smollm2, ...options], root);
    const rows = output.split("\n").slice(2, 12).join("\n").trimEnd();
    expect(readme).toContain(rows);
  });
});
