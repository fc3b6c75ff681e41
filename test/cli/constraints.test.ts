import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { itShared, smollm2 } from "../support/shared.ts";
import { runCommand, runForJson } from "./run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "pellucid-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const schema = file("schema.json", '{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}');
const grammar = file("grammar.gbnf", 'root ::= [0-9]{2} "." | root2\nroot2 ::= "x" root2 | "y"');
afterAll(() => rmSync(folder, { recursive: true }));

describe("constrained output", () => {
  const cases: readonly (readonly [flags: readonly string[], text: RegExp])[] = [
    [["--json-schema", schema], /^\{\s*"ok": ?(true|false)\s*\}$/],
    [["--choice", "Paris", "--choice", "Rome"], /^(Paris|Rome)$/],
    [["--grammar", grammar], /^(\d\d\.|x*y)$/],
  ];
  itShared(
    "is what flags ask for",
    async () => {
      for (const [flags, text] of cases) {
        const args = ["generate", smollm2, "--prompt", "The answer: ", "--max-tokens", "40", "--seed", "1", "--json"];
        expect(await runForJson([...args, ...flags])).toMatchObject({ text: expect.stringMatching(text) as unknown });
      }
    },
    180_000,
  );

  itShared(
    "is refused in one line",
    async () => {
      const refusals: readonly (readonly [flags: readonly string[], message: RegExp])[] = [
        [["--regex", "("], /^pellucid: Invalid regular expression/],
        [["--json-schema", '{"type":"text"}'], /^pellucid: \/type must be one/],
      ];
      for (const [flags, message] of refusals) {
        const { code, stderr } = await runCommand(["generate", smollm2, "--prompt", "x", ...flags]);
        expect([code, stderr.trimEnd().split("\n").length]).toEqual([1, 1]);
        expect(stderr).toMatch(message);
      }
    },
    180_000,
  );

  it("asks for one thing, that can be read", async () => {
    const refusals: readonly (readonly [flags: readonly string[], code: number, message: RegExp])[] = [
      [["--regex", "a", "--choice", "b"], 2, /cannot be used with option/],
      [["--json-schema", "{"], 2, /--json-schema is not valid JSON/],
      [["--grammar", join(folder, "none")], 1, /there is no such file/],
    ];
    for (const [flags, code, message] of refusals) {
      const ended = await runCommand(["generate", "model.gguf", "--prompt", "x", ...flags]);
      expect(ended.stderr).toMatch(message);
      expect(ended.code).toBe(code);
    }
  });
});
