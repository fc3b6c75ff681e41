import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { completeCommand } from "../../../src/cli/chat/commands.ts";
import { InputHistory, historyPath } from "../../../src/cli/chat/input-history.ts";
import { readMessage } from "../../../src/cli/chat/lines.ts";
import { Conversation } from "../../../src/cli/conversation.ts";
import { InterruptedError } from "../../../src/cli/errors.ts";
import { takesEscapes } from "../../../src/cli/terminal.ts";
import { type LanguageModel, loadModel } from "../../../src/index.ts";
import { script } from "../../support/scripted-chat.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const template = "{% for m in messages %}{{ m.role[0] }}:{{ m.content }}\n{% endfor %}a:";
const metadata = [["tokenizer.chat_template", { type: "string", value: template }]] as const;

let model: LanguageModel;
let folder: string;
let stdout = "";
let stderr = "";
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ layers: 1, metadata }));
  folder = mkdtempSync(join(tmpdir(), "pellucid-chat-"));
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  [stdout, stderr] = ["", ""];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => ((stderr += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
});

const user = (content: string) => ({ role: "user", content });
const said = (content: string) => ({ role: "assistant", content });
const start = (answers: readonly string[], more: Partial<ConstructorParameters<typeof Conversation>[1]> = {}) =>
  new Conversation(model, { isTerminal: false, generation: { samplers: [script(model, ...answers)] }, ...more });

describe("a conversation", () => {
  it("keeps what was said, until it is reset", async () => {
    const conversation = start(["one", "two", "three"], { system: "Be brief." });
    const system = { role: "system", content: "Be brief." };
    for (const line of ["Hi", "  ", "//And?"]) expect(await conversation.take(line)).toBe("go on");
    expect(conversation.messages).toEqual([system, user("Hi"), said("one"), user("/And?"), said("two")]);
    await conversation.take("/reset");
    expect(conversation.messages).toEqual([system]);
    await conversation.take("Again");
    expect(stdout).toBe("one\ntwo\nthree\n");
    expect(stderr).toBe("");
    expect(await conversation.take("/exit")).toBe("exit");
  });

  it("is saved as a whole, and loaded", async () => {
    const path = join(folder, "saved.json");
    writeFileSync(path, "old");
    const conversation = start(["one"]);
    await conversation.take("Hi");
    await conversation.take(`/save ${path}`);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ messages: [user("Hi"), said("one")] });
    expect(readdirSync(folder)).toEqual(["saved.json"]);
    const other = start(["two"]);
    await other.take(`/load ${path}`);
    await other.take("So?");
    expect(other.messages).toEqual([user("Hi"), said("one"), user("So?"), said("two")]);
    expect(stdout).toBe("one\n2 messages saved\n2 messages loaded\ntwo\n");
  });

  it("stays as it is where a file is bad, and says so in one line", async () => {
    const conversation = start(["one"]);
    await conversation.take("Hi");
    const before = conversation.messages;
    const bad = ["not json", "3", "null", '{"messages": [{"role": 1}]}', '[{"role": "user"}]', "\u0000"];
    for (const [i, text] of bad.entries()) writeFileSync(join(folder, `bad-${i}`), text);
    writeFileSync(join(folder, "bad-utf8"), Uint8Array.of(0xff, 0xfe));
    for (const name of [...bad.map((_, i) => `bad-${i}`), "bad-utf8", "absent"]) {
      stderr = "";
      await conversation.take(`/load ${join(folder, name)}`);
      expect(stderr).toMatch(/^pellucid: [^\n]+\n$/);
      expect(conversation.messages).toBe(before);
    }
    stderr = "";
    await conversation.take(`/save ${join(folder, "absent", "x")}`);
    expect(stderr).toMatch(/^pellucid: .*can't be written: there is no such file or folder\n$/);
  });

  it("tells of commands, and suggests one for an unknown", async () => {
    const conversation = start([]);
    await conversation.take("/help");
    for (const name of ["system", "reset", "save", "load", "params", "tokens", "help", "exit"]) {
      expect(stdout).toContain(`/${name}`);
    }
    await conversation.take("/sytem x");
    expect(stderr).toBe("pellucid: there is no /sytem; did you mean /system?\n");
    expect(completeCommand("/s")).toEqual([["/system", "/save"], "/s"]);
    expect(completeCommand("a /s")).toEqual([[], "a /s"]);
  });

  it("shows and changes what the model is told, and how tokens are chosen", async () => {
    const conversation = start([]);
    await conversation.take("/system Be kind.\nAlways.");
    await conversation.take("/system");
    expect(stdout).toBe("Be kind.\nAlways.\n");
    stdout = "";
    for (const change of ["temperature 0.5", "top-k=3", "max_tokens 7", "temperature default"]) {
      await conversation.take(`/params ${change}`);
    }
    await conversation.take("/params");
    expect(stdout).toBe("maxTokens 7\ntopK 3\n");
    expect(conversation.generation.topK).toBe(3);
    for (const bad of ["heat 3", "topP 7", "topP", "topP x", "maxTokens 0.5"]) {
      stderr = "";
      await conversation.take(`/params ${bad}`);
      expect(stderr).toMatch(/^pellucid: [^\n]+\n$/);
    }
    stdout = "";
    await conversation.take("/tokens");
    expect(stdout).toMatch(
      /^0 of 256 tokens of context used \(0 %\), as of the last answer\n1 messages with 16 tokens/,
    );
  });

  it("goes on where someone sits there, with a status line, after an answer that fails too", async () => {
    const conversation = start(["one", "two"], { isTerminal: true });
    await conversation.take("Hi");
    expect(stderr).toMatch(/^\[\d+\.\d tokens\/s, context 10\/256\]\n$/);
    stderr = "";
    await conversation.take("x".repeat(300));
    expect(stderr).toMatch(/^pellucid: the prompt has \d+ tokens, the context 256: [^\n]+\n$/);
    expect(conversation.messages).toEqual([user("Hi"), said("one")]);
    await expect(start([]).take("x".repeat(300))).rejects.toMatchObject({ code: "CONTEXT_FULL" });
  });

  it("goes on with an answer that was stopped, as far as it came", async () => {
    let count = 0;
    const stopping = script(model, "one two");
    const samplers = [
      (...args: Parameters<typeof stopping>) => {
        if (++count === 4) process.emit("SIGINT");
        return stopping(...args);
      },
    ];
    const { installInterrupt } = await import("../../../src/cli/interrupt.ts");
    installInterrupt();
    const conversation = start([], { isTerminal: true, generation: { samplers } });
    await conversation.take("Hi");
    process.removeAllListeners("SIGINT");
    process.removeAllListeners("SIGTERM");
    expect(conversation.messages).toEqual([user("Hi"), said("one")]);
    expect(stderr).toBe("");
    expect(new InterruptedError().exitCode).toBe(130);
  });
});

describe("a message", () => {
  const read = async (...lines: string[]) => {
    const source = { ask: () => Promise.resolve(lines.shift()) };
    const messages: string[] = [];
    for (let message = await readMessage(source); message !== undefined; message = await readMessage(source)) {
      messages.push(message);
    }
    return messages;
  };

  it("is a line, lines with a backslash between them, or a block", async () => {
    expect(await read("a", "b\\", "c\\", "d", '"""', "e", "", "f", '"""', '"""g', 'h"""', "i\\")).toEqual([
      "a",
      "b\nc\nd",
      "e\n\nf",
      "g\nh",
      "i\n",
    ]);
    expect(await read('"""', "open")).toEqual(["open"]);
    expect(await read()).toEqual([]);
  });
});

describe("the history of what was typed", () => {
  it("lies in a file, the newest first in memory, and is read back", async () => {
    const path = join(folder, "state", "history");
    const history = new InputHistory(path);
    await history.load();
    history.add("one");
    await vi.waitFor(() => expect(readFileSync(path, "utf8")).toBe("one\n"));
    history.add("two\nthree");
    history.add("three");
    expect(history.lines).toEqual(["three", "two", "one"]);
    await vi.waitFor(() => expect(readFileSync(path, "utf8")).toBe("one\ntwo\nthree\n"));
    writeFileSync(path, Array.from({ length: 2500 }, (_, i) => `line ${i}\n`).join(""));
    const again = new InputHistory(path);
    await again.load();
    expect(again.lines).toHaveLength(1000);
    expect(again.lines[0]).toBe("line 2499");
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(1001);
  });

  it("is done without where the file can't be used, which is told once", async () => {
    writeFileSync(join(folder, "file"), "");
    const complaints: string[] = [];
    const history = new InputHistory(join(folder, "file", "history"), (message) => complaints.push(message));
    await history.load();
    history.add("one");
    expect(history.lines).toEqual(["one"]);
    expect(complaints).toHaveLength(1);
  });

  it("has its place on each platform", () => {
    expect(historyPath({ PELLUCID_HISTORY: "/x" })).toBe("/x");
    expect(historyPath({ XDG_STATE_HOME: "/state" }, "linux")).toBe(join("/state", "pellucid", "chat-history"));
    expect(historyPath({}, "linux")).toMatch(/state.pellucid.chat-history$/);
    expect(historyPath({}, "darwin")).toContain("Application Support");
    expect(historyPath({ LOCALAPPDATA: "L" }, "win32")).toBe(join("L", "pellucid", "chat-history"));
  });
});

it("escape codes go to terminals alone that take them", () => {
  expect(takesEscapes({ isTTY: true }, {})).toBe(true);
  expect(takesEscapes({}, {})).toBe(false);
  expect(takesEscapes({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(takesEscapes({ isTTY: true }, { NO_COLOR: "1" })).toBe(false);
});
