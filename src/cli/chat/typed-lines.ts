import { type Interface, createInterface } from "node:readline";
import { InterruptedError } from "../errors.ts";
import { atInterrupt } from "../interrupt.ts";
import { takesEscapes } from "../terminal.ts";
import type { InputHistory } from "./input-history.ts";
import type { LineSource } from "./lines.ts";

/** What Tab completes, given what stands before it. */
export type Completer = (line: string) => [completions: string[], of: string];

/**
 * The lines that someone types, with editing and history (arrows, Ctrl-R is not there) where the terminal can, otherwise
 * with what the terminal itself offers and no escape codes. Between two lines the terminal is as it was, so that Ctrl-C
 * reaches whatever runs then as a signal.
 */
export class TypedLines implements LineSource {
  private readonly history: InputHistory;
  private readonly completer: Completer;

  constructor(history: InputHistory, completer: Completer) {
    this.history = history;
    this.completer = completer;
  }

  /** Ends with Ctrl-D. @throws InterruptedError for Ctrl-C twice at an empty prompt */
  async ask(prompt: string): Promise<string | undefined> {
    const canEdit = takesEscapes(process.stdout);
    const editor = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: canEdit,
      prompt: canEdit ? prompt : prompt.replace("…", "..."),
      history: [...this.history.lines],
      completer: this.completer,
    });
    const line = await readLine(editor);
    if (line !== undefined) this.history.add(line);
    return line;
  }
}

function readLine(editor: Interface): Promise<string | undefined> {
  const lines: string[] = [];
  let presses = 0;
  return new Promise((resolve, reject) => {
    const onInterrupt = () => {
      const wasEmpty = editor.line === "" && lines.length === 0;
      lines.length = 0;
      if (wasEmpty && ++presses === 2) {
        process.stdout.write("\n");
        reject(new InterruptedError());
        editor.close();
        return;
      }
      process.stdout.write(wasEmpty ? "\n(Ctrl-C again, or /exit, leaves)\n" : "\n");
      // Forgets what was typed: Ctrl-E, Ctrl-U.
      if (editor.terminal) {
        editor.write(null, { ctrl: true, name: "e" });
        editor.write(null, { ctrl: true, name: "u" });
      }
      editor.prompt();
    };
    const release = atInterrupt(onInterrupt);
    editor.on("SIGINT", onInterrupt);
    editor.on("line", (line) => {
      presses = 0;
      lines.push(line);
      // Lines that come at once were pasted, and are one message; what stands after the last one is waited for.
      if (lines.length === 1) setImmediate(() => whenQuiet());
      else if (isQuiet) whenQuiet();
    });
    let isQuiet = false;
    const whenQuiet = () => {
      isQuiet = true;
      if (editor.line !== "" || lines.length === 0) return;
      editor.close();
    };
    editor.on("close", () => {
      release();
      resolve(lines.length > 0 ? lines.join("\n") : undefined);
    });
    editor.prompt();
  });
}
