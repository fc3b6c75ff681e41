import { createInterface } from "node:readline";

/** Where lines come from. */
export interface LineSource {
  /** The next line, or several that were pasted together; undefined at the end. `prompt` is shown where someone sits. */
  ask(prompt: string): Promise<string | undefined>;
}

/** The lines of standard input, as they come. */
export function pipedLines(): LineSource {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })[Symbol.asyncIterator]();
  return {
    async ask() {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
  };
}

const block = '"""';

/**
 * The next message: a line; a line that ends with `\` and the one after it; or the lines between two `"""`. Undefined at
 * the end.
 */
export async function readMessage(source: LineSource): Promise<string | undefined> {
  const first = await source.ask("> ");
  if (first === undefined) return undefined;
  const begin = first.trimStart();
  if (!begin.startsWith(block)) return continued(source, first);
  const lines: string[] = [];
  for (let line: string | undefined = begin.slice(block.length); ; line = await source.ask("… ")) {
    if (line === undefined) break;
    if (line.trimEnd().endsWith(block)) {
      lines.push(line.trimEnd().slice(0, -block.length));
      break;
    }
    lines.push(line);
  }
  return lines.join("\n").replace(/^\n|\n$/g, "");
}

async function continued(source: LineSource, first: string): Promise<string> {
  let text = first;
  while (text.endsWith("\\")) {
    const next = await source.ask("… ");
    text = `${text.slice(0, -1)}\n${next ?? ""}`;
    if (next === undefined) break;
  }
  return text;
}
