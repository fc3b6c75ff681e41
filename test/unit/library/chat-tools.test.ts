import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChatOptions, type ChatPart, type LanguageModel, type Tool, loadModel } from "../../../src/index.ts";
import { ajvOf } from "../../support/ajv.ts";
import { script } from "../../support/scripted-chat.ts";
import { itShared, shared, smollm2 } from "../../support/shared.ts";
import { tinyLlama } from "../../support/tiny-llama.ts";

const template =
  "{% for m in messages %}{{ m.role }}:{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";
const own = (text: string) => [["tokenizer.chat_template", { type: "string", value: text }]] as const;

const small = { layers: 1, heads: 1, kvHeads: 1, feedForwardLength: 32 };
let model: LanguageModel;
beforeAll(async () => {
  model = await loadModel(await tinyLlama({ ...small, contextLength: 4096, metadata: own(template) }));
});
afterAll(() => model.close());

const weather: Tool = {
  type: "function",
  function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};
const call = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>';
const question = [{ role: "user", content: "Weather?" }];
const answerWith = (
  text: string,
  options: ChatOptions = {},
  messages: Parameters<LanguageModel["chat"]>[0] = question,
) => model.chat(messages, { tools: [weather], samplers: [script(model, text)], ...options });
const promptOf = async (stream: ReturnType<LanguageModel["chat"]>) =>
  model.tokenizer.decode((await stream.result).promptTokens);

describe("a chat with tools", () => {
  it("gives calls as they are written, and whole", async () => {
    const parts: ChatPart[] = [];
    const stream = answerWith(`I look.\n${call}`);
    for await (const part of stream) parts.push(part);
    const types = parts.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);
    expect(types).toEqual(["text", "tool-call-start", "tool-call-delta", "tool-call", "finish"]);
    expect(parts.filter(({ type }) => type === "tool-call-delta").length).toBeGreaterThan(5);
    const result = await stream.result;
    expect(result).toMatchObject({
      text: "I look.",
      finishReason: "tool_calls",
      toolCalls: [{ id: "call00000", name: "get_weather", arguments: { city: "Paris" } }],
      message: {
        role: "assistant",
        content: "I look.",
        tool_calls: [
          { id: "call00000", type: "function", function: { name: "get_weather", arguments: { city: "Paris" } } },
        ],
      },
    });
  });

  it("tells a template that knows no tools in words, calls and results too", async () => {
    const { message } = await answerWith(call).result;
    const messages = [...question, message, { role: "tool", tool_call_id: "call00000", content: '{"temp": 11}' }];
    const prompt = await promptOf(answerWith("Cold.", {}, messages));
    expect(prompt).toContain('<tools>\n{"type":"function","function":{"name":"get_weather"');
    expect(prompt).toContain(
      'assistant:<tool_call>\n{"name": "get_weather", "arguments": {"city":"Paris"}}\n</tool_call>\n',
    );
    expect(prompt).toContain('user:<tool_response>\n{"temp": 11}\n</tool_response>\nassistant:');
    expect((await answerWith(call, {}, messages).result).toolCalls[0].id).toBe("call00001");
  });

  it("puts the words into the user's message where a template refuses system messages", async () => {
    const refusing = `{% if messages[0].role == "system" %}{{ raise_exception("no system") }}{% endif %}${template}`;
    const prompt = await promptOf(answerWith("x", { template: refusing }));
    expect(prompt).toMatch(/^user:You may call functions[^]*Weather\?\nassistant:$/);
  });

  it("keeps reasoning apart, also where the prompt begins it", async () => {
    const thinking = "{% if false %}</think>{% endif %}" + template;
    expect(await answerWith("<think>\nHm.\n</think>\n\nYes.", { template: thinking }).result).toMatchObject({
      text: "Yes.",
      reasoning: "Hm.",
      message: { content: "Yes.", reasoning_content: "Hm." },
    });
    expect(await answerWith(`Hm.</think>${call}`, { template: `${thinking}<think>\n` }).result).toMatchObject({
      text: "",
      reasoning: "Hm.",
      finishReason: "tool_calls",
    });
  });

  it("shows a malformed call as text, with a note", async () => {
    const bad = '<tool_call>{"name": "get_weather", "arguments": {city}}</tool_call>';
    const result = await answerWith(bad, { looseArguments: true }).result;
    expect(result).toMatchObject({ text: bad, finishReason: "stop", toolCalls: [] });
    expect(result.notes).toEqual([{ code: "MALFORMED_TOOL_CALL", message: "the call is not valid JSON", index: 0 }]);
  });

  it("shows no tools where none may be called", async () => {
    const stream = answerWith(call, { toolChoice: "none" });
    expect((await stream.result).toolCalls).toEqual([]);
    expect(await promptOf(stream)).toBe("user:Weather?\nassistant:");
  });

  it("begins a call that is required, and closes it", async () => {
    const other: Tool = { type: "function", function: { name: "other" } };
    const one = answerWith('{"city": "Rome"}', { toolChoice: { name: "get_weather" }, tools: [other, weather] });
    expect((await one.result).toolCalls).toMatchObject([{ name: "get_weather", arguments: { city: "Rome" } }]);
    expect(await promptOf(one)).toMatch(/assistant:<tool_call>\n\{"name": "get_weather", "arguments": $/);
  });

  it("writes the arguments of a required call as their schema has them, whatever the model would write", async () => {
    const parameters = {
      properties: { city: { type: "string", maxLength: 5 }, days: { type: "integer", minimum: 1, maximum: 30 } },
      required: ["city", "days"],
    };
    const strict: Tool = { type: "function", function: { name: "forecast", parameters } };
    for (const toolChoice of ["required", { name: "forecast" }] as const) {
      const options = {
        tools: [strict, weather],
        toolChoice,
        samplers: undefined,
        temperature: 1,
        seed: 3,
        maxTokens: 400,
      };
      const { toolCalls, finishReason, notes } = await answerWith("", options).result;
      expect([finishReason, notes]).toEqual(["tool_calls", []]);
      const [{ name, arguments: values }] = toolCalls;
      expect(["forecast", "get_weather"]).toContain(name);
      if (name === "forecast") expect(ajvOf(parameters)(values)).toBe(true);
    }
  });

  it("refuses parameters that can't be followed before anything is generated, unless told not to mind", async () => {
    const parameters = { properties: { a: { type: "array", unevaluatedItems: false } } };
    const odd: Tool = { type: "function", function: { name: "odd", parameters } };
    const refused = answerWith("x", { tools: [odd] }).result;
    await expect(refused).rejects.toMatchObject({ name: "ConstraintError", pointer: "/properties/a/unevaluatedItems" });
    await expect(refused).rejects.toThrow(/^the parameters of the tool "odd": .*; or pass looseArguments$/);
    const noObject: Tool = { type: "function", function: { name: "odd", parameters: { type: "string" } } };
    await expect(answerWith("x", { tools: [noObject] }).result).rejects.toThrow("arguments are an object");
    expect((await answerWith("x", { tools: [odd], looseArguments: true }).result).text).toBe("x");
    expect((await answerWith("x", { tools: [odd], toolChoice: "none" }).result).text).toBe("x");
  });

  it("says what excludes tools", async () => {
    const refused = (options: ChatOptions) => expect(answerWith("x", options).result).rejects;
    await refused({ toolChoice: "required", regex: "x" }).toThrow("can't be held to regex");
    await refused({ beams: 2, maxTokens: 3, samplers: undefined }).toThrow("use bestOf instead of beams");
    expect(
      (await answerWith("xyz", { regex: "x*", samplers: undefined, maxTokens: 3, temperature: 0 }).result).text,
    ).toMatch(/^x*$/);
  });

  itShared(
    "has SmolLM2 write valid arguments at temperature 1",
    async () => {
      const real = await loadModel(smollm2);
      try {
        const parameters = {
          type: "object",
          properties: { city: { enum: ["Paris", "Rome", "Oslo"] }, days: { type: "integer", minimum: 1, maximum: 14 } },
          required: ["city", "days"],
          additionalProperties: false,
        };
        const forecast: Tool = { type: "function", function: { name: "forecast", parameters } };
        const messages = [{ role: "user", content: "Will it rain in Rome this week?" }];
        for (let seed = 1; seed <= 5; seed++) {
          const options = { tools: [forecast, weather], toolChoice: { name: "forecast" }, temperature: 1, seed };
          const { toolCalls } = await real.chat(messages, { ...options, maxTokens: 100 }).result;
          expect(toolCalls.map(({ name, arguments: values }) => [name, ajvOf(parameters)(values)])).toEqual([
            ["forecast", true],
          ]);
        }
      } finally {
        await real.close();
      }
    },
    120_000,
  );

  it("says what is wrong with tools and choices", async () => {
    const refused = (options: ChatOptions) => expect(answerWith("x", options).result).rejects;
    await refused({ tools: [weather, weather] }).toThrow("two tools have the same name");
    await refused({ tools: [{ type: "function" } as unknown as Tool] }).toThrow("a tool must be");
    await refused({ tools: [], toolChoice: "required" }).toThrow("needs tools");
    await refused({ toolChoice: { name: "x" } }).toThrow("none of the tools");
  });
});

describe("the families of the golden templates", () => {
  const families = {
    "NousResearch-Hermes-3-Llama-3.1-8B-tool_use": call,
    "Qwen-Qwen2.5-7B-Instruct": call,
    "Qwen-Qwen3-0.6B": `<think>\nHm.\n</think>\n\n${call}`,
    "HuggingFaceTB-SmolLM3-3B": call,
    "meta-llama-Llama-3.1-8B-Instruct": '{"name": "get_weather", "parameters": {"city": "Paris"}}',
    "meta-llama-Llama-3.2-3B-Instruct": '<|python_tag|>{"name": "get_weather", "parameters": {"city": "Paris"}}',
    "mistralai-Mistral-Nemo-Instruct-2407": '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    "openai-gpt-oss-120b":
      '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris"}<|call|>',
    "ibm-granite-granite-3.3-2B-Instruct": '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    "deepseek-ai-DeepSeek-R1-Distill-Llama-8B":
      'Hm.\n</think>\n\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Paris"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    "google-gemma-2-2b-it": call,
    "microsoft-Phi-3.5-mini-instruct": call,
  };
  for (const [name, output] of Object.entries(families)) {
    itShared(`${name}: a call, its result, an answer`, async () => {
      const text = readFileSync(shared("golden/chat-templates", `${name}.jinja`), "utf8");
      const options = { template: text, now: new Date(2026, 10, 20) };
      const first = answerWith(output, options);
      const { message, toolCalls, reasoning } = await first.result;
      expect(await promptOf(first)).toContain("get_weather");
      expect(toolCalls).toMatchObject([{ name: "get_weather", arguments: { city: "Paris" } }]);
      expect(["", "Hm."]).toContain(reasoning);
      const result = { role: "tool", name: "get_weather", tool_call_id: toolCalls[0].id, content: '{"temp": 11}' };
      const prompt = await promptOf(answerWith("Cold.", options, [...question, message, result]));
      expect(prompt).toMatch(/"city": ?"Paris"/);
      expect(prompt.replaceAll("\\", "")).toContain('{"temp": 11}');
    });
  }
});
