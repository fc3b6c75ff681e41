import type { Command } from "commander";
import { howToGetAModel } from "../no-model.ts";
import { write } from "../output.ts";

/** `pellucid start`: what `npm start` runs. */
export function define(command: Command): void {
  command.action(() => write(`${howToGetAModel}\n`));
}
