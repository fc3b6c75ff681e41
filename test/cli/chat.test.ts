import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tinyLlama } from "../support/tiny-llama.ts";
import { type Ended, ended, runCommand } from "./run-command.ts";

const entry = join(import.meta.dirname, "../../src/cli/main.ts");
const template = "{% for m in messages %}{{ m.role[0] }}:{{ m.content }}\n{% endfor %}a:";
const metadata = [["tokenizer.chat_template", { type: "string", value: template }]] as const;
const python = spawnSync("python3", ["-c", "import pty"]).status === 0;

let folder: string;
let model: string;
let history: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pellucid-chat-"));
  model = join(folder, "tiny.gguf");
  history = join(folder, "state", "history");
  const size = { layers: 1, heads: 1, kvHeads: 1, feedForwardLength: 32, contextLength: 60_000 };
  writeFileSync(model, await tinyLlama({ ...size, metadata }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const short = ["--temperature", "0", "--max-tokens", "3", "--threads", "1"];

describe("pellucid chat through a pipe", () => {
  it("takes a script of messages and commands, and prints nothing but answers", async () => {
    const saved = join(folder, "saved.json");
    const lines = ["/system Be brief.", "Hi\\", "there", `/save ${saved}`, "/load /absent", "So?", "/exit", "never"];
    const { code, stdout, stderr } = await runCommand(["chat", model, ...short], lines.join("\n"));
    expect(stderr).toBe("pellucid: /absent: there is no such file or folder\n");
    expect(code).toBe(0);
    expect(stdout).toContain("3 messages saved\n");
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("> ");
    const { messages } = JSON.parse(readFileSync(saved, "utf8")) as { messages: { role: string; content: string }[] };
    expect(messages.slice(0, 2)).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi\nthere" },
    ]);
  });
});

/** Types into a terminal of its own. */
function type(steps: readonly object[], args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const program = [join(import.meta.dirname, "terminal.py"), JSON.stringify(steps), process.execPath, entry];
  const all = { ...process.env, TERM: "xterm", NO_COLOR: "", PELLUCID_HISTORY: history, ...env };
  const child = spawn("python3", [...program, "chat", model, "--threads", "1", "--temperature", "0", ...args], {
    env: all,
  });
  return ended(child);
}
const resultOf = ({ stdout, stderr }: Ended) => {
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { code: number; output: string };
};

describe("pellucid chat in a terminal", () => {
  const inTerminal = (name: string, body: () => Promise<void>) => {
    if (python) it(name, body, 120_000);
    else it.skip(`${name} [skipped: python3 gives the pseudo-terminal]`, body);
  };

  inTerminal("edits lines, keeps a history, tells speed and context use", async () => {
    const steps = [
      { wait: "> " },
      { type: "Hxi\u001b[D\u001b[D\u007fH\u001b[F\r" }, // left, left, backspace, end
      { wait: "tokens/s, context " },
      { wait: "> " },
      { type: "/tok\t\r" },
      { wait: "2 messages" },
      { wait: "> " },
      { type: "\u0004" },
    ];
    const { code, output } = resultOf(await type(steps, ["--max-tokens", "3"]));
    expect(code).toBe(0);
    expect(output).toContain("Hxi");
    expect(readFileSync(history, "utf8")).toBe("Hxi\n/tokens\n");
    const again = [{ wait: "> " }, { type: "\u001b[A\r" }, { wait: "messages" }, { wait: "> " }, { type: "/exit\r" }];
    expect(resultOf(await type(again, [])).output).toContain("/tokens");
  });

  inTerminal("Ctrl-C stops the answer and not the program; twice at an empty prompt, it ends", async () => {
    const steps = [
      { wait: "> " },
      { type: "Hi\r" },
      { wait: "Hi" },
      { sleep: 0.5 }, // some of the answer comes
      { type: "\u0003" },
      { wait: "> " },
      { type: "typed\u0003" },
      { wait: "> " },
      { type: "\u0003" },
      { wait: "Ctrl-C again" },
      { wait: "> " },
      { type: "\u0003" },
    ];
    const { code, output } = resultOf(await type(steps, [], { PELLUCID_HISTORY: join(folder, "h2") }));
    expect(code).toBe(130);
    expect(output).toContain("Ctrl-C again");
    expect(existsSync(join(folder, "h2"))).toBe(true);
    expect(readFileSync(join(folder, "h2"), "utf8")).toBe("Hi\n");
  });

  for (const env of [{ TERM: "dumb" }, { NO_COLOR: "1" }]) {
    inTerminal(`writes no escape codes with ${JSON.stringify(env)}, and remembers nothing when told so`, async () => {
      const file = join(folder, `none-${Object.keys(env)[0]}`);
      const steps = [
        { wait: "> " },
        { type: "Hi\n" },
        { wait: "tokens/s" },
        { wait: "> " },
        { type: '"""a\n' },
        { wait: "... " },
        { type: 'b"""\n' },
        { wait: "tokens/s" },
        { wait: "> " },
        { type: "\u0003" },
        { wait: "Ctrl-C again" },
        { wait: "> " },
        { type: "\u0004" },
      ];
      const { code, output } = resultOf(
        await type(steps, ["--max-tokens", "3", "--no-history"], { ...env, PELLUCID_HISTORY: file }),
      );
      expect(code).toBe(0);
      // The model's own text is random bytes; escape sequences of ours begin with ESC and a bracket.
      expect(output).not.toContain("\u001b[");
      expect(existsSync(file)).toBe(false);
    });
  }
});
