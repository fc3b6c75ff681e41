import { once } from "node:events";

/** Writes text to standard output, waiting where a slow reader makes it necessary. */
export async function write(text: string): Promise<void> {
  if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
}

/** A value as one line of JSON on standard output. */
export async function writeJson(value: unknown): Promise<void> {
  await write(`${JSON.stringify(value)}\n`);
}

/** A reader such as `head` that closes the pipe has had enough: an end without noise. A full disk is told. */
export function endWhenOutputFails(): void {
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE") process.exit(0);
    process.stderr.write(`pellucid: standard output can't be written: ${message}\n`);
    process.exit(1);
  });
  process.stderr.on("error", () => process.exit(1));
}

/** Waits until all output has left, since `process.exit` would cut it. */
export async function flushOutput(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => {
      stream.write("", () => resolve());
    });
  }
}
