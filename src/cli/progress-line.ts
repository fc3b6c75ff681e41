/** One line on standard error that is written over, and cleared at the end; nothing where nobody watches. */
export function tokenProgress(): ((progress: { tokens: number; totalTokens: number }) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  return ({ tokens, totalTokens }) => {
    process.stderr.write(tokens < totalTokens ? `\r${tokens} of ${totalTokens} tokens` : "\r\x1b[K");
  };
}
