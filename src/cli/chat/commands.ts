import type { ChatMessage, GenerateOptions } from "../../index.ts";
import { similarName } from "../../tokenizer/nearest-name.ts";
import { CommandError } from "../errors.ts";
import { describeParameters, withParameter } from "./parameters.ts";
import { loadConversation, saveConversation } from "./saved.ts";

/** What the commands of a conversation work on. */
export interface Desk {
  readonly messages: readonly ChatMessage[];
  generation: GenerateOptions;
  /** Begins anew with these messages. */
  reset(messages: readonly ChatMessage[]): void;
  /** How much of the context is used. */
  use(): Promise<string>;
  say(text: string): Promise<void>;
}

interface ChatCommand {
  readonly takes?: string;
  readonly about: string;
  run(desk: Desk, text: string): Promise<void> | void;
}

const systemOf = (messages: readonly ChatMessage[]) => messages.filter(({ role }) => role === "system");

/** The commands by name, without `/help` and `/exit`. */
const commands: Readonly<Record<string, ChatCommand>> = {
  system: {
    takes: "[TEXT]",
    about: "show what the model is told first, or tell it something else",
    async run(desk, text) {
      const system = systemOf(desk.messages).at(0);
      if (text === "")
        return desk.say(
          system === undefined ? "nothing; /system TEXT tells it something\n" : `${String(system.content)}\n`,
        );
      desk.reset([{ role: "system", content: text }, ...desk.messages.filter(({ role }) => role !== "system")]);
    },
  },
  reset: { about: "forget the conversation", run: (desk) => desk.reset(systemOf(desk.messages)) },
  save: {
    takes: "FILE",
    about: "write the conversation to a file",
    async run(desk, path) {
      if (path === "") throw new CommandError("name the file: /save FILE");
      await saveConversation(path, desk.messages);
      await desk.say(`${desk.messages.length} messages saved\n`);
    },
  },
  load: {
    takes: "FILE",
    about: "go on with a conversation from a file",
    async run(desk, path) {
      if (path === "") throw new CommandError("name the file: /load FILE");
      desk.reset(await loadConversation(path));
      await desk.say(`${desk.messages.length} messages loaded\n`);
    },
  },
  params: {
    takes: "[NAME VALUE]",
    about: "show how tokens are chosen, or change it: /params temperature 0.2",
    async run(desk, text) {
      if (text !== "") desk.generation = withParameter(desk.generation, text);
      else await desk.say(describeParameters(desk.generation));
    },
  },
  tokens: { about: "how much of the context is used", run: async (desk) => desk.say(await desk.use()) },
};

const names = [...Object.keys(commands), "help", "exit"];

const line = (name: string, about: string) => `  ${name.padEnd(22)}${about}\n`;

/** What `/help` prints. */
export const help =
  Object.entries(commands)
    .map(([name, { takes, about }]) => line(`/${name} ${takes ?? ""}`, about))
    .join("") +
  line("/help", "this list") +
  line("/exit", "leave (or Ctrl-D)") +
  `\nA line that ends with \\ goes on in the next one; """ begins and ends a message of several lines.\n` +
  "Ctrl-C stops an answer; twice at an empty prompt, it leaves. A message may begin with //, for one slash.\n";

/** Runs `/name text`. @throws CommandError for an unknown one, with a name like it */
export async function runCommand(desk: Desk, text: string): Promise<"exit" | "go on"> {
  const [, name, rest] = /^\/(\S*)\s*([^]*)$/.exec(text)!;
  if (name === "exit" || name === "quit") return "exit";
  if (name === "help") await desk.say(help);
  else if (Object.hasOwn(commands, name)) await commands[name].run(desk, rest.trim());
  else {
    const similar = similarName(name, names);
    const hint = similar === undefined ? "/help lists what there is" : `did you mean /${similar}?`;
    throw new CommandError(`there is no /${name}; ${hint}`);
  }
  return "go on";
}

/** Completes the name of a command. */
export function completeCommand(text: string): [string[], string] {
  if (!/^\/\S*$/.test(text)) return [[], text];
  return [names.map((name) => `/${name}`).filter((name) => name.startsWith(text)), text];
}
