import { readFileSync } from "node:fs";
import { Command } from "commander";
import { commandTable } from "./command-table.ts";
import { reportOf } from "./errors.ts";
import { installInterrupt } from "./interrupt.ts";
import { endWhenOutputFails, flushOutput } from "./output.ts";

/** Runs the command and ends the process. */
export async function main(args: readonly string[]): Promise<void> {
  endWhenOutputFails();
  installInterrupt();
  process.on("uncaughtException", (error) => process.exit(tell(error)));
  let exitCode = 0;
  try {
    const known = withoutVainHelp(args);
    const program = await createProgram(known);
    await program.parseAsync(known, { from: "user" });
  } catch (error) {
    exitCode = tell(error);
  }
  await flushOutput();
  process.exit(exitCode);
}

/** `help genrate` as `genrate`: commander would print all of the help where an unknown command is to be told. */
function withoutVainHelp(args: readonly string[]): readonly string[] {
  const isVain = args[0] === "help" && args.length > 1 && commandTable.every(({ name }) => name !== args[1]);
  return isVain && !args[1].startsWith("-") && args[1] !== "help" ? args.slice(1) : args;
}

/** One line on standard error for whatever was thrown; the exit code. */
function tell(error: unknown): number {
  const { exitCode, message } = reportOf(error);
  if (message !== undefined) process.stderr.write(`${message}\n`);
  if (message !== undefined && process.env.PELLUCID_DEBUG !== undefined) console.error(error);
  return exitCode;
}

/** The program with all commands' names, and everything of the one command that the arguments ask for. */
async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("pellucid")
    .description("LLaMA-style language models in TypeScript: run them, and see through them.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    // What went wrong is told in one place, `tell`.
    .configureOutput({ outputError: () => undefined })
    .addHelpText("after", "\nEach command explains itself: pellucid generate --help");
  const wanted = args[0] === "help" ? args[1] : args.find((arg) => !arg.startsWith("-"));
  for (const { name, summary, load } of commandTable) {
    const command = program
      .command(name)
      .summary(summary)
      .description(`${summary[0].toUpperCase()}${summary.slice(1)}.`);
    if (name === wanted) (await load()).define(command);
  }
  return program;
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
