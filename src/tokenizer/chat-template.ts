import { TokenizerError } from "../errors.ts";
import type { Engine } from "./jinja/engine.ts";
import { createPythonInterpreter } from "./jinja/python-interpreter.ts";
import { strftime } from "./strftime.ts";

/** One message of a conversation; templates may read further fields (`tool_calls`, `name`, …). */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly [field: string]: unknown;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Functions that the model may call, as JSON Schema, in the form that chat templates take. */
  readonly tools?: readonly unknown[] | undefined;
  /** End the text where the model's answer begins. Default: false. */
  readonly addGenerationPrompt?: boolean | undefined;
  readonly bosToken?: string | undefined;
  readonly eosToken?: string | undefined;
  /** What time the template sees. Default: now. */
  readonly now?: Date | undefined;
  /** Further variables of the template, such as `enable_thinking`. */
  readonly [variable: string]: unknown;
}

/** As many as Jinja's sandbox allows: a template can't make us count forever. */
const maxRange = 100_000;

/**
 * The prompt that a model's Jinja template makes of a conversation, as Hugging Face's transformers renders it.
 * @throws TokenizerError `TEMPLATE` where the template is broken or refuses the conversation
 */
export async function renderChat(template: string, request: ChatRequest): Promise<string> {
  // Loaded only here, so that who never renders a template never loads the engine.
  const engine = (await import("@huggingface/jinja")) as unknown as Engine;
  const { messages, tools, addGenerationPrompt = false, bosToken, eosToken, now = new Date(), ...extra } = request;
  const variables: Record<string, unknown> = {
    true: true,
    false: false,
    none: null,
    True: true,
    False: false,
    None: null,
    range,
    raise_exception: refuse,
    strftime_now: (format: string) => strftime(now, format),
    ...extra,
    messages,
    tools,
    add_generation_prompt: addGenerationPrompt,
    bos_token: bosToken,
    eos_token: eosToken,
  };
  try {
    const environment = new engine.Environment();
    for (const [name, value] of Object.entries(variables)) {
      if (value !== undefined) environment.set(name, value);
    }
    // The settings of transformers.
    const tokens = engine.tokenize(template.replace(/\r\n?/g, "\n"), { lstrip_blocks: true, trim_blocks: true });
    return createPythonInterpreter(engine, environment).run(engine.parse(tokens)).value as string;
  } catch (error) {
    throw templateError(error);
  }
}

class Refusal extends Error {}

function refuse(message: unknown): never {
  throw new Refusal(String(message));
}

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new RangeError("range() step must not be zero");
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (!(length <= maxRange)) throw new RangeError(`range() of ${length} numbers; at most ${maxRange} are allowed`);
  return Array.from({ length }, (_, i) => from + i * step);
}

function templateError(error: unknown): TokenizerError {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
  const what = error instanceof Refusal ? "refuses the conversation" : "can't be rendered";
  return new TokenizerError("TEMPLATE", `the chat template ${what}: ${message}`, { cause: error });
}
