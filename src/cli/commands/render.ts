import type { Command } from "commander";
import { type ChatMessage, type ChatRequest, createTokenizer, renderChat } from "../../tokenizer/index.ts";
import { CommandError } from "../errors.ts";
import { readJson, readText } from "../input.ts";
import { withGguf } from "../open-tokenizer.ts";
import { addExamples, fileArgument, moment } from "../options.ts";
import { write } from "../output.ts";

interface Flags {
  readonly template?: string;
  readonly now?: Date;
}

/** What a template and its marks are, where the request does not say. */
interface Defaults {
  readonly template: string;
  readonly bosToken: string;
  readonly eosToken: string;
}

/** `pellucid render`: the chat prompt, exactly, no newline added. */
export function define(command: Command): void {
  command
    .argument("[MODEL]", fileArgument)
    .option("--template <F>", "a Jinja template to use instead of the model's own")
    .option("--now <TIME>", "the time that the template sees, 2026-11-20T09:30:00 (default: now)", moment);
  addExamples(
    command,
    `echo '{"messages": [{"role": "user", "content": "Hi"}], "add_generation_prompt": true}' | pellucid render model.gguf`,
    "pellucid render --template chatml.jinja --now 2026-11-20T09:30:00 < request.json",
  ).action(run);
}

async function run(model: string | undefined, flags: Flags): Promise<void> {
  const { template, bosToken, eosToken } = await defaultsOf(model, flags);
  const request = requestOf(await readJson());
  await write(await renderChat(template, { bosToken, eosToken, ...request, now: flags.now }));
}

async function defaultsOf(model: string | undefined, flags: Flags): Promise<Defaults> {
  const given = flags.template === undefined ? undefined : await readText(flags.template);
  if (model === undefined && given !== undefined) return { template: given, bosToken: "", eosToken: "" };
  return withGguf(model, ({ metadata }) => {
    const tokenizer = createTokenizer(metadata);
    const text = (token: number | undefined) => (token === undefined ? "" : tokenizer.tokenText(token));
    const template = given ?? metadata.string("tokenizer.chat_template", "");
    if (template === "") throw new CommandError("the model has no chat template; pass one with --template");
    return { template, bosToken: text(tokenizer.bos), eosToken: text(tokenizer.eos) };
  });
}

/** The request in the library's names; further fields are variables of the template. */
function requestOf(value: unknown): ChatRequest {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CommandError('standard input must be a JSON object: {"messages": [...]}');
  }
  const { messages, tools, add_generation_prompt, bos_token, eos_token, ...variables } = value as Record<
    string,
    unknown
  >;
  const isMessage = (item: unknown): item is ChatMessage =>
    typeof item === "object" && item !== null && typeof (item as { role?: unknown }).role === "string";
  if (!Array.isArray(messages) || !messages.every(isMessage)) {
    throw new CommandError('"messages" must be an array of objects with a "role"');
  }
  if (tools !== undefined && tools !== null && !Array.isArray(tools))
    throw new CommandError('"tools" must be an array');
  return {
    ...variables,
    messages,
    ...(Array.isArray(tools) && { tools }),
    addGenerationPrompt: boolean("add_generation_prompt", add_generation_prompt),
    ...(bos_token !== undefined && { bosToken: string("bos_token", bos_token) }),
    ...(eos_token !== undefined && { eosToken: string("eos_token", eos_token) }),
  };
}

function boolean(name: string, value: unknown = false): boolean {
  if (typeof value === "boolean") return value;
  throw new CommandError(`"${name}" must be true or false`);
}

function string(name: string, value: unknown): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  throw new CommandError(`"${name}" must be a string`);
}
