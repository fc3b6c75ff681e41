import { CommanderError } from "commander";

/** What a command throws to end with one line on standard error. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  /** 1: the run failed. 2: the command was called wrongly. 130: it was interrupted. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The command was called wrongly. */
export class UsageError extends CommandError {
  override readonly name = "UsageError";
  constructor(message: string) {
    super(message, 2);
  }
}

/** The reason with which Ctrl-C aborts; nothing is printed for it. */
export class InterruptedError extends CommandError {
  override readonly name = "InterruptedError";
  constructor() {
    super("interrupted", 130);
  }
}

/** What the shell is to know, and what the user: undefined where everything is said already. */
export interface Report {
  readonly exitCode: number;
  readonly message: string | undefined;
}

/** Turns whatever was thrown into one line. Errors thrown on purpose say enough; others are told as what they are. */
export function reportOf(error: unknown): Report {
  if (error instanceof CommanderError) return reportOfCommander(error);
  if (error instanceof InterruptedError) return { exitCode: error.exitCode, message: undefined };
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: line(error.message) };
  if (!(error instanceof Error)) return { exitCode: 1, message: line(String(error)) };
  // The library's errors and the system's have a code.
  const { code } = error as { code?: unknown };
  if (typeof code !== "string")
    return { exitCode: 1, message: line(`internal error: ${error.name}: ${error.message}`) };
  return { exitCode: code === "INVALID_ARGUMENT" ? 2 : 1, message: line(error.message) };
}

/** Help and version were printed by commander itself; its errors are wrong usage. */
function reportOfCommander(error: CommanderError): Report {
  if (error.exitCode === 0) return { exitCode: 0, message: undefined };
  if (error.code === "commander.help") return { exitCode: 2, message: undefined };
  const message = error.message.replace(/^error: /, "").replace(/\(Did you mean/, "(did you mean");
  return { exitCode: 2, message: line(message) };
}

function line(message: string): string {
  return `pellucid: ${message.replace(/\s*[\r\n]+\s*/g, " ").trim()}`;
}
