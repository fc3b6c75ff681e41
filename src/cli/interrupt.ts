import { InterruptedError } from "./errors.ts";

let onInterrupt: (() => void) | undefined;

/** Ctrl-C ends the program with exit code 130, at once unless a command takes it over. */
export function installInterrupt(): void {
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      const handler = onInterrupt;
      onInterrupt = undefined;
      if (handler === undefined) process.exit(name === "SIGINT" ? 130 : 143);
      handler();
    });
  }
}

/** A signal that the first Ctrl-C aborts; a second one ends the program at once. Until `release` is called. */
export function interruptible(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const handler = () => controller.abort(new InterruptedError());
  onInterrupt = handler;
  return {
    signal: controller.signal,
    release: () => {
      if (onInterrupt === handler) onInterrupt = undefined;
    },
  };
}
