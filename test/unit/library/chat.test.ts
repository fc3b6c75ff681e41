import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChatPart, type LanguageModel, loadModel } from "../../../src/index.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const template =
  "{% for message in messages %}{{ message.role[0] }}:{{ message.content }}{{ eos_token }}{% endfor %}" +
  "{% if tools %}[{{ tools | length }}]{% endif %}{% if add_generation_prompt %}a:{% endif %}";

let model: LanguageModel;
let plain: LanguageModel;
beforeAll(async () => {
  const metadata = [["tokenizer.chat_template", { type: "string", value: template }]] as const;
  model = await loadModel(await tinyLlama({ tied: false, metadata }));
  plain = await loadModel(await tinyLlama());
});
afterAll(async () => {
  await model.close();
  await plain.close();
});

const messages = [
  { role: "system", content: "be" },
  { role: "user", content: "hi <|end|>" },
] as const;
const tool = (name: string) => ({ type: "function", function: { name } }) as const;
const options = { temperature: 0, maxTokens: 6, ignoreEnd: true } as const;

describe("chat", () => {
  it("renders the conversation by the model's template and continues it", async () => {
    const stream = model.chat(messages, options);
    const parts: ChatPart[] = [];
    for await (const part of stream) parts.push(part);
    const result = await stream.result;

    const rendered = "s:be<|end|>u:hi <|end|><|end|>a:";
    expect(result.promptTokens).toEqual(model.tokenizer.encode(rendered, { parseSpecial: true }));
    const { text } = await model.generate(result.promptTokens, options).result;
    expect(result.text).toBe(text);
    expect(result.message).toEqual({ role: "assistant", content: text });
    const texts = parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
    expect(texts.join("")).toBe(text);
    expect(texts).not.toContain("");
    expect(parts.at(-1)).toEqual({ type: "finish", finishReason: "length" });
  });

  it("goes on with a conversation", async () => {
    const { message } = await model.chat(messages, options).result;
    const { promptTokens } = await model.chat([...messages, message, { role: "user", content: "so?" }], options).result;
    expect(model.tokenizer.decode(promptTokens)).toContain("<|end|>u:so?<|end|>a:");
  });

  it("takes another template, tools and a time", async () => {
    const { promptTokens } = await model.chat(messages, { ...options, tools: [tool("a"), tool("b")] }).result;
    expect(model.tokenizer.decode(promptTokens)).toContain("[2]");
    const own = {
      ...options,
      template: "{{ strftime_now('%Y') }} {{ messages[0].content }}",
      now: new Date("2031-07-01"),
    };
    const other = await model.chat(messages, own).result;
    expect(model.tokenizer.decode(other.promptTokens)).toBe("2031 be");
  });

  it("ends with the model's end token", async () => {
    const end = model.tokenizer.eos!;
    const result = await model.chat(messages, { temperature: 0, logitBias: { [end]: 1000 } }).result;
    expect(result).toMatchObject({ text: "", finishReason: "stop", tokens: [end] });
  });

  it("says what is missing where the model has no template", async () => {
    await expect(plain.chat(messages).result).rejects.toMatchObject({ name: "TokenizerError", code: "NO_TEMPLATE" });
  });

  it("refuses a template that is broken", async () => {
    await expect(model.chat(messages, { template: "{% if %}" }).result).rejects.toMatchObject({
      name: "TokenizerError",
    });
  });
});
