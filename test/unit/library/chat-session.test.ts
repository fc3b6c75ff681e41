import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fitMessages } from "../../../src/decode/chat/fit.ts";
import { type ChatMessage, type LanguageModel, loadModel } from "../../../src/index.ts";
import { property } from "../../support/property.ts";
import { script } from "../../support/scripted-chat.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const template =
  "{% for m in messages %}{{ m.role[0] }}:{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}a:{% endif %}";
const metadata = [["tokenizer.chat_template", { type: "string", value: template }]] as const;

let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ tied: false, layers: 1, contextLength: 128, metadata }));
});
afterAll(() => model.close());

const user = (content: string) => ({ role: "user", content });
const said = (content: string) => ({ role: "assistant", content });

describe("a conversation that goes on", () => {
  it("keeps what was said, and computes only what is new", async () => {
    const chat = model.createChat({ system: "be", samplers: [script(model, "one", "two")] });
    const first = await chat.send("hi").result;
    expect(first).toMatchObject({ text: "one", finishReason: "stop", cachedTokens: 0 });
    expect(chat.messages).toEqual([{ role: "system", content: "be" }, user("hi"), said("one")]);
    const second = await chat.send("so?").result;
    // The prompt and the answer; the end token is where the text differs.
    expect(second.cachedTokens).toBe("s:be\nu:hi\na:one".length);
    expect(chat.contextTokens).toBe(second.promptTokens.length + second.tokens.length - 1);
    expect(chat.contextLength).toBe(128);
    await chat.close();
  });

  it("answers as a new one would, bit for bit", async () => {
    const options = { temperature: 0, maxTokens: 6, ignoreEnd: true } as const;
    const chat = model.createChat(options);
    for (const content of ["ab", "cd", "ef"]) {
      const before = chat.messages;
      const { tokens } = await chat.send(content).result;
      expect(tokens).toEqual((await model.chat([...before, user(content)], options).result).tokens);
    }
    await chat.close();
  });

  it("counts a stopped answer as far as it came, and takes a failed one back", async () => {
    const chat = model.createChat({ samplers: [script(model, "one two")] });
    const controller = new AbortController();
    const read = async () => {
      for await (const part of chat.send("hi", { signal: controller.signal })) {
        if (part.type === "text" && part.text === "e") controller.abort(new Error("enough"));
      }
    };
    await expect(read()).rejects.toThrow("enough");
    expect(chat.messages).toEqual([user("hi"), said("one")]);
    for await (const part of chat.send("more")) if (part.type === "text") break;
    expect(chat.messages.slice(2)).toMatchObject([user("more"), { role: "assistant" }]);
    const before = chat.messages;
    await expect(chat.send("x".repeat(200)).result).rejects.toMatchObject({ code: "CONTEXT_FULL" });
    await expect(chat.send("x", { signal: AbortSignal.abort(new Error("early")) }).result).rejects.toThrow("early");
    expect(chat.messages).toEqual(before);
    chat.reset();
    expect(chat.messages).toEqual([]);
    await chat.close();
  });

  it("gives one answer at a time", async () => {
    const chat = model.createChat({ temperature: 0, maxTokens: 3, ignoreEnd: true });
    const [a, b] = await Promise.allSettled([chat.send("a").result, chat.send("b").result]);
    expect([a.status, b.status]).toEqual(["fulfilled", "rejected"]);
    expect(chat.messages).toHaveLength(2);
    await chat.close();
  });

  it("leaves out the oldest turns where the context is full, and goes on from there", async () => {
    const answers = Array.from({ length: 12 }, () => "yes, yes, yes");
    const chat = model.createChat({ system: "be", samplers: [script(model, ...answers)] });
    const cached: number[] = [];
    let trimmed = 0;
    for (let i = 0; i < 12; i++) {
      const { promptTokens, cachedTokens, notes } = await chat.send(`number ${i}`).result;
      const prompt = model.tokenizer.decode(promptTokens);
      expect(prompt).toMatch(/^s:be\n(u:number \d+\na:yes, yes, yes\n)*u:number \d+\na:$/);
      expect(prompt).toContain(`u:number ${i}\n`);
      expect(promptTokens.length).toBeLessThanOrEqual(96);
      if (notes.length > 0) trimmed++;
      else cached.push(cachedTokens);
    }
    // The cut is deep enough that most turns find what came before in the cache.
    expect(trimmed).toBeGreaterThan(1);
    expect(trimmed).toBeLessThan(6);
    expect(cached.slice(1).every((count) => count > 5)).toBe(true);
    expect(chat.messages).toHaveLength(25);
    await chat.close();
  });
});

describe("a full context", () => {
  const long = [user("a".repeat(50)), said("b".repeat(40)), user("c".repeat(20))];

  it("is told by a note, or refused", async () => {
    const options = { temperature: 0, maxTokens: 4, ignoreEnd: true } as const;
    const { promptTokens, notes } = await model.chat(long, { ...options, answerRoom: 32 }).result;
    expect(model.tokenizer.decode(promptTokens)).toBe(`u:${"c".repeat(20)}\na:`);
    expect(notes).toEqual([
      { code: "HISTORY_TRIMMED", message: "the context is full: the oldest 2 messages are left out", dropped: 2 },
    ]);
    await expect(
      model.chat([...long, said("d".repeat(20)), user("e")], { ...options, whenFull: "refuse" }).result,
    ).rejects.toMatchObject({ code: "CONTEXT_FULL" });
  });

  it("is relieved of whole turns, as few as it takes", () => {
    const roles = fc.constantFrom("user", "assistant", "tool");
    const message = fc.record({ role: roles, content: fc.string({ maxLength: 9 }) });
    const conversation = fc.tuple(fc.boolean(), fc.array(message, { minLength: 1, maxLength: 12 }), fc.nat(60));
    return property(conversation, async ([system, rest, most]) => {
      const messages: ChatMessage[] = [...(system ? [{ role: "system", content: "xyz" }] : []), ...rest];
      const tokensOf = (some: readonly ChatMessage[]) =>
        Promise.resolve(some.flatMap(({ content }) => Array.from({ length: String(content).length + 1 }, () => 0)));
      const { tokens, messages: dropped } = await fitMessages(messages, tokensOf, { most });
      const head = system ? 1 : 0;
      const kept = [...messages.slice(0, head), ...messages.slice(head + dropped)];
      expect(tokens).toEqual(await tokensOf(kept));
      const starts = rest.flatMap(({ role }, i) => (i === 0 || role === "user" ? [i] : []));
      expect(starts).toContain(dropped);
      const lastStart = starts.at(-1)!;
      if (dropped !== lastStart) expect(tokens.length).toBeLessThanOrEqual(most);
      const before = starts.findLast((start) => start < dropped);
      if (before !== undefined) {
        const more = await tokensOf([...messages.slice(0, head), ...rest.slice(before)]);
        expect(more.length).toBeGreaterThan(most);
      }
    });
  });
});
