import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { TokenizerError } from "../../src/errors.ts";
import { type ChatMessage, renderChat } from "../../src/tokenizer/index.ts";
import { record } from "../support/record.ts";
import { hasShared, itShared, shared } from "../support/shared.ts";

interface TemplateCase {
  template: string;
  case: string;
  args: {
    messages: ChatMessage[];
    tools?: unknown[];
    add_generation_prompt: boolean;
    bos_token: string;
    eos_token: string;
  };
  rendered?: string;
  error?: string;
}

const folder = (name: string): string => shared("golden", "chat-templates", name);
const cases = hasShared ? (JSON.parse(readFileSync(folder("cases.json"), "utf8")) as TemplateCase[]) : [];

let equal = 0;
afterAll(() => record("templates: cases rendered equally, errors as errors", equal, "= 72"));

itShared("there are 72 cases", () => {
  expect(cases.length).toBe(72);
});

describe.each(cases)("$template", ({ template, case: name, args, rendered, error }) => {
  it(name, async () => {
    const text = renderChat(readFileSync(folder(template), "utf8"), {
      messages: args.messages,
      tools: args.tools,
      addGenerationPrompt: args.add_generation_prompt,
      bosToken: args.bos_token,
      eosToken: args.eos_token,
      now: new Date(2026, 10, 20, 9, 30),
    });
    if (error === undefined) expect(await text).toBe(rendered);
    else await expect(text).rejects.toThrow(TokenizerError);
    equal++;
  });
});
