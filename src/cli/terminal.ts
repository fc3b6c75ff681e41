/** What is known of an output; `process.stdout` is one. */
export interface Output {
  readonly isTTY?: boolean;
}

/** Whether escape codes may be written there: to a terminal that understands them, unless the user wants none. */
export function takesEscapes({ isTTY = false }: Output, env: NodeJS.ProcessEnv = process.env): boolean {
  return isTTY && env.TERM !== "dumb" && (env.NO_COLOR ?? "") === "";
}

/** The text in a fainter colour, where that is possible. */
export function faint(text: string, output: Output): string {
  return takesEscapes(output) ? `\u001b[2m${text}\u001b[22m` : text;
}
