/** A token's text in one line: `↵` for a new line, `→` for a tab, `□` for other control characters. */
export function visible(text: string): string {
  return text
    .replaceAll("\n", "↵")
    .replaceAll("\t", "→")
    .replace(/\p{Cc}/gu, "□");
}
