import { createInterface } from "node:readline";
import { InterruptedError } from "./errors.ts";

/** The lines of standard input, as they come. */
export async function* pipedLines(): AsyncGenerator<string> {
  yield* createInterface({ input: process.stdin, crlfDelay: Infinity });
}

/**
 * The lines that someone types, with editing and history (arrows). Between two lines the terminal is as it was, so that
 * Ctrl-C reaches whatever runs then as a signal. Ends with Ctrl-D.
 * @throws InterruptedError for Ctrl-C at the prompt
 */
export async function* askedLines(prompt: string): AsyncGenerator<string> {
  const history: string[] = [];
  for (;;) {
    const line = await askLine(prompt, history);
    if (line === undefined) return;
    if (line.trim() !== "" && line !== history[0]) history.unshift(line);
    yield line;
  }
}

function askLine(prompt: string, history: readonly string[]): Promise<string | undefined> {
  const editor = createInterface({ input: process.stdin, output: process.stdout, prompt, history: [...history] });
  return new Promise((resolve, reject) => {
    editor.on("line", (line) => {
      resolve(line);
      editor.close();
    });
    editor.on("SIGINT", () => {
      process.stdout.write("\n");
      reject(new InterruptedError());
      editor.close();
    });
    editor.on("close", () => resolve(undefined));
    editor.prompt();
  });
}
