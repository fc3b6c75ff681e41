import type { ToolFamily } from "../../src/decode/tool-calls/index.ts";
import { families } from "../../src/decode/tool-calls/index.ts";

/** What a model of a family writes, and what it comes to. */
export interface Transcript {
  readonly title: string;
  readonly family: ToolFamily;
  readonly output: string;
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls: readonly (readonly [name: string, args: Record<string, unknown>])[];
  /** Codes of the notes. */
  readonly notes?: readonly string[];
  /** The prompt ended within reasoning. */
  readonly open?: boolean;
}

export const family = (name: string): ToolFamily => families.find((candidate) => candidate.name === name)!;

const paris = { city: "Paris", unit: "C" };
const weather = ["get_weather", paris] as const;
const json = '{"city": "Paris", "unit": "C"}';
const hard = { city: 'Zoë\'s "</tool_call>" 🦙\n{[', days: [1, -2.5e3, { deep: [null, true] }] };
const search = ["web_search", hard] as const;
const hardJson = JSON.stringify(hard);

export const transcripts: readonly Transcript[] = [
  {
    title: "Hermes, Qwen: two calls after text",
    family: family("hermes"),
    output: `I look.\n<tool_call>\n{"name": "get_weather", "arguments": ${json}}\n</tool_call>\n<tool_call>\n{"name": "web_search", "arguments": ${hardJson}}\n</tool_call>`,
    text: "I look.",
    calls: [weather, search],
  },
  {
    title: "Qwen 3: reasoning, a call, text after it",
    family: family("hermes"),
    output: `<think>\nThey want {weather} ë.\n</think>\n\n<tool_call>\n{"arguments": ${json}, "name": "get_weather"}\n</tool_call>\n\nDone.`,
    reasoning: "They want {weather} ë.",
    text: "Done.",
    calls: [weather],
  },
  {
    title: "SmolLM2: a list within the tags",
    family: family("plain"),
    output: `<tool_call>[{"name": "get_weather", "arguments": ${json}}, {"name": "web_search", "arguments": ${hardJson}}]</tool_call>`,
    calls: [weather, search],
  },
  {
    title: "arguments as JSON in a string, and a call without any",
    family: family("hermes"),
    output: `<tool_call>{"name":"get_weather","arguments":${JSON.stringify(json)}}</tool_call><tool_call>{"name":"web_search"}</tool_call>`,
    calls: [weather, ["web_search", {}]],
  },
  {
    title: "Llama 3: JSON alone",
    family: family("llama"),
    output: `{"name": "get_weather", "parameters": ${json}}`,
    calls: [weather],
  },
  {
    title: "Llama 3: after the Python tag, two calls",
    family: family("llama"),
    output: `<|python_tag|>{"type": "function", "name": "get_weather", "parameters": ${json}}; {"name": "web_search", "parameters": ${hardJson}}`,
    calls: [weather, search],
  },
  {
    title: "Llama 3: a built-in tool",
    family: family("llama"),
    output: String.raw`<|python_tag|>web_search.call(query="the \"Seine\", é", count=3, fresh=True)`,
    calls: [["web_search", { query: 'the "Seine", é', count: 3, fresh: true }]],
  },
  {
    title: "Llama 3: JSON that is an answer",
    family: family("llama"),
    output: ` {"city": "Paris", "days": [1, 2]} is it.`,
    text: ` {"city": "Paris", "days": [1, 2]} is it.`,
    calls: [],
  },
  {
    title: "Llama 3: JSON that names someone who is no tool",
    family: family("llama"),
    output: `{"name": "Ada", "parameters": {}}`,
    text: `{"name": "Ada", "parameters": {}}`,
    calls: [],
  },
  {
    title: "Mistral: an array",
    family: family("mistral"),
    output: `[TOOL_CALLS][{"name": "get_weather", "arguments": ${json}, "id": "abcdefghi"}, {"name": "web_search", "arguments": ${hardJson}}]`,
    calls: [weather, search],
  },
  {
    title: "Mistral: names and arguments",
    family: family("mistral"),
    output: `Right.[TOOL_CALLS]get_weather[ARGS]${json}[TOOL_CALLS]web_search[CALL_ID]abcdefghi[ARGS]${hardJson}`,
    text: "Right.",
    calls: [weather, search],
  },
  {
    title: "gpt-oss: analysis, preamble, a call",
    family: family("harmony"),
    output: `<|channel|>analysis<|message|>Need <weather>.<|end|><|start|>assistant<|channel|>commentary<|message|>I look.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>${json}<|call|>`,
    reasoning: "Need <weather>.",
    text: "I look.",
    calls: [weather],
  },
  {
    title: "gpt-oss: the recipient before the channel, no end mark",
    family: family("harmony"),
    output: ` to=functions.web_search<|channel|>commentary json<|message|>${hardJson}`,
    calls: [search],
  },
  {
    title: "gpt-oss: an answer",
    family: family("harmony"),
    output: `<|channel|>analysis<|message|>Easy.<|end|><|start|>assistant<|channel|>final<|message|>It is 11 °C.`,
    reasoning: "Easy.",
    text: "It is 11 °C.",
    calls: [],
  },
  {
    title: "DeepSeek R1: the prompt opened the reasoning",
    family: family("deepseek"),
    open: true,
    output: `Weather…\n</think>\n\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>web_search\n\`\`\`json\n${hardJson}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    reasoning: "Weather…",
    calls: [weather, search],
  },
  {
    title: "DeepSeek V3.1",
    family: family("deepseek"),
    output: `Look:<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>${json}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    text: "Look:",
    calls: [weather],
  },
  {
    title: "Granite: reasoning, response tags, a list",
    family: family("granite"),
    output: `<think>Hm.</think><response>It is known. </response><|tool_call|>[{"name": "get_weather", "arguments": ${json}}]`,
    reasoning: "Hm.",
    text: "It is known.",
    calls: [weather],
  },
  {
    title: "JSON with a mistake, then a good call",
    family: family("hermes"),
    output: `<tool_call>\n{"name": "get_weather", "arguments": {"city": Paris}}\n</tool_call>\n<tool_call>{"name": "get_weather", "arguments": ${json}}</tool_call>`,
    text: `<tool_call>\n{"name": "get_weather", "arguments": {"city": Paris}}\n</tool_call>`,
    calls: [weather],
    notes: ["MALFORMED_TOOL_CALL"],
  },
  {
    title: "an object where the name should be",
    family: family("granite"),
    output: `<|tool_call|>[{"name": {"name": "f", "arguments": {}}}]`,
    text: `<|tool_call|>[{"name": {"name": "f", "arguments": {}}}]`,
    calls: [],
    notes: ["MALFORMED_TOOL_CALL"],
  },
  {
    title: "a string that is never closed",
    family: family("hermes"),
    output: `<tool_call>{"name": "get_weather", "arguments": {"city": "Paris}}</tool_call><tool_call>{"name": "get_weather", "arguments": ${json}}</tool_call>`,
    text: `<tool_call>{"name": "get_weather", "arguments": {"city": "Paris}}</tool_call>`,
    calls: [weather],
    notes: ["MALFORMED_TOOL_CALL"],
  },
  {
    title: "an unknown tool",
    family: family("hermes"),
    output: `<tool_call>{"name": "launch", "arguments": {}}</tool_call> Sorry.`,
    text: `<tool_call>{"name": "launch", "arguments": {}}</tool_call> Sorry.`,
    calls: [],
    notes: ["UNKNOWN_TOOL"],
  },
  {
    title: "an answer that ends within a call",
    family: family("mistral"),
    output: `[TOOL_CALLS]get_weather[ARGS]{"city": "Par`,
    text: `[TOOL_CALLS]get_weather[ARGS]{"city": "Par`,
    calls: [],
    notes: ["MALFORMED_TOOL_CALL"],
  },
  {
    title: "gpt-oss: arguments that are no JSON",
    family: family("harmony"),
    output: `<|channel|>commentary to=functions.get_weather<|message|>city=Paris<|call|><|start|>assistant<|channel|>final<|message|>Oh.`,
    text: `<|channel|>commentary to=functions.get_weather<|message|>city=Paris<|call|>Oh.`,
    calls: [],
    notes: ["MALFORMED_TOOL_CALL"],
  },
  {
    title: "arguments that are no object",
    family: family("granite"),
    output: `<|tool_call|>[{"name": "get_weather", "arguments": [1]}]`,
    text: `<|tool_call|>[{"name": "get_weather", "arguments": [1]}]`,
    calls: [],
    notes: ["MALFORMED_TOOL_CALL"],
  },
];
