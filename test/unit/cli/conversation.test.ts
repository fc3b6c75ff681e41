import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Conversation } from "../../../src/cli/conversation.ts";
import { InterruptedError } from "../../../src/cli/errors.ts";
import { type ChatMessage, type ChatPart, ContextFullError, type LanguageModel } from "../../../src/index.ts";

type Answer = (messages: readonly ChatMessage[]) => AsyncIterable<ChatPart>;

/** Says "one two", and remembers what it was asked. */
function fakeModel(answer: Answer = speak): { model: LanguageModel; asked: ChatMessage[][] } {
  const asked: ChatMessage[][] = [];
  const chat = (messages: readonly ChatMessage[]) => {
    asked.push([...messages]);
    return answer(messages);
  };
  return { model: { chat } as unknown as LanguageModel, asked };
}

async function* speak(): AsyncGenerator<ChatPart> {
  yield await Promise.resolve({ type: "text", text: "one " } as const);
  yield { type: "text", text: "two" };
  yield { type: "finish", finishReason: "stop" };
}

describe("a conversation", () => {
  let stdout = "";
  let stderr = "";
  beforeEach(() => {
    [stdout, stderr] = ["", ""];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => ((stdout += String(text)), true));
    vi.spyOn(process.stderr, "write").mockImplementation((text) => ((stderr += String(text)), true));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const user = (content: string) => ({ role: "user", content });
  const said = { role: "assistant", content: "one two" };

  it("keeps what was said, until it is reset", async () => {
    const { model, asked } = fakeModel();
    const conversation = new Conversation(model, { system: "Be brief.", isTerminal: false, generation: {} });
    const system = { role: "system", content: "Be brief." };
    for (const line of ["Hi", "  ", "And?", "/reset", "Again"]) expect(await conversation.take(line)).toBe("go on");
    expect(asked).toEqual([
      [system, user("Hi")],
      [system, user("Hi"), said, user("And?")],
      [system, user("Again")],
    ]);
    expect(stdout).toBe("one two\n".repeat(3));
    expect(await conversation.take("/exit")).toBe("exit");
  });

  it("goes on with an answer that was stopped, as far as it came", async () => {
    const { model, asked } = fakeModel(async function* () {
      yield* speak();
      throw new InterruptedError();
    });
    const conversation = new Conversation(model, { isTerminal: true, generation: {} });
    await conversation.take("Hi");
    await conversation.take("And?");
    expect(asked[1]).toEqual([user("Hi"), said, user("And?")]);
    expect(stderr).toBe("");
  });

  it("takes a question back that could not be answered", async () => {
    const { model, asked } = fakeModel(() => {
      throw new ContextFullError("full");
    });
    const conversation = new Conversation(model, { isTerminal: true, generation: {} });
    await conversation.take("Hi");
    await conversation.take("And?");
    expect(asked[1]).toEqual([user("And?")]);
    expect(stderr).toBe("pellucid: full\n".repeat(2));
  });

  it("fails with its answer where nobody sits there", async () => {
    const { model } = fakeModel(() => {
      throw new ContextFullError("full");
    });
    const conversation = new Conversation(model, { isTerminal: false, generation: {} });
    await expect(conversation.take("Hi")).rejects.toThrow("full");
  });
});
