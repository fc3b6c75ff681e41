import { InvalidArgumentError, TokenizerError } from "../../errors.ts";
import type { LoadedModel } from "../../model/index.ts";
import { type ChatMessage, type Tokenizer, renderChat } from "../../tokenizer/index.ts";
import { type ToolFamily, familyOf } from "../tool-calls/index.ts";
import { messagesFor, withoutSystem } from "./history.ts";
import type { ChatOptions, Tool } from "./options.ts";

type PromptOptions = Pick<ChatOptions, "tools" | "toolChoice" | "template" | "variables" | "now">;

/** How a model's conversations become prompts. */
export interface PromptMaker {
  readonly family: ToolFamily;
  /** The tools that the model is shown. */
  readonly tools: readonly Tool[];
  /** The tools one of which it must call; empty where it need not. */
  readonly required: readonly Tool[];
  /** Whether the model writes reasoning. */
  readonly reasons: boolean;
  /** The text up to where the answer begins. */
  render(messages: readonly ChatMessage[]): Promise<string>;
  encode(text: string): number[];
}

/** @throws TokenizerError `NO_TEMPLATE`; InvalidArgumentError for tools or a choice of them that can't be */
export function promptMaker(model: LoadedModel, tokenizer: Tokenizer, options: PromptOptions = {}): PromptMaker {
  const template = options.template ?? model.gguf.metadata.string("tokenizer.chat_template", "");
  if (template === "") {
    throw new TokenizerError(
      "NO_TEMPLATE",
      "the model has no chat template: pass one as `template`, or use `generate`",
    );
  }
  const { tools, required } = chosenTools(options);
  const shown = tools.map(withDefaults);
  const bosToken = tokenizer.bos === undefined ? "" : tokenizer.tokenText(tokenizer.bos);
  const eosToken = tokenizer.eos === undefined ? "" : tokenizer.tokenText(tokenizer.eos);
  const family = familyOf(template, (text) => tokenizer.tokenId(text) !== undefined);
  return {
    family,
    tools,
    required,
    reasons: template.includes("</think>") || tokenizer.tokenId("</think>") !== undefined,
    async render(messages) {
      const request = {
        ...options.variables,
        ...(tools.length > 0 && { tools: shown }),
        now: options.now,
        addGenerationPrompt: true,
        bosToken,
        eosToken,
      };
      const all = messagesFor(messages, family, template, shown);
      try {
        return await renderChat(template, { ...request, messages: all });
      } catch (error) {
        // Some templates refuse system messages: the tools' description must not be one.
        if (!(error instanceof TokenizerError) || all[0]?.role !== "system" || messages[0]?.role === "system")
          throw error;
        return renderChat(template, { ...request, messages: withoutSystem(all) });
      }
    },
    encode(text) {
      // Most templates write the first token themselves; it must not come twice.
      const addSpecial = bosToken === "" || !text.startsWith(bosToken);
      return tokenizer.encode(text, { addSpecial, parseSpecial: true });
    },
  };
}

/** The tokens of a conversation, up to where the answer begins. */
export async function chatTokens(
  model: LoadedModel,
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
  options: PromptOptions = {},
): Promise<number[]> {
  const maker = promptMaker(model, tokenizer, options);
  return maker.encode(await maker.render(messages));
}

/** Templates read these fields without asking whether they are there. */
function withDefaults(tool: Tool): Tool {
  const { name, description = "", parameters = { type: "object", properties: {} }, ...rest } = tool.function;
  return { ...tool, function: { name, description, parameters, ...rest } };
}

function chosenTools({ tools = [], toolChoice = "auto" }: PromptOptions): Pick<PromptMaker, "tools" | "required"> {
  const names = tools.map((tool) => (tool as Partial<Tool>).function?.name);
  const bad = names.find((name) => typeof name !== "string" || !/^[\w.-]{1,64}$/.test(name));
  if (bad !== undefined || names.includes(undefined)) {
    throw new InvalidArgumentError(
      `a tool must be { type: "function", function: { name, description, parameters } }, its name of letters, digits, "_", "-" and "."; not ${JSON.stringify(tools[names.indexOf(bad)])}`,
    );
  }
  if (new Set(names).size < names.length) throw new InvalidArgumentError("two tools have the same name");
  if (toolChoice === "auto") return { tools, required: [] };
  if (toolChoice === "none") return { tools: [], required: [] };
  if (toolChoice === "required") {
    if (tools.length === 0) throw new InvalidArgumentError('toolChoice "required" needs tools');
    return { tools, required: tools };
  }
  const required = tools.filter((tool) => tool.function.name === toolChoice.name);
  if (required.length > 0) return { tools, required };
  throw new InvalidArgumentError(`toolChoice names ${JSON.stringify(toolChoice.name)}, which is none of the tools`);
}
