import { InterruptedError } from "./errors.ts";

let onInterrupt: (() => void) | undefined;
/** Whether it handles every Ctrl-C, rather than one. */
let staying = false;

/** Ctrl-C ends the program with exit code 130, at once unless a command takes it over. */
export function installInterrupt(): void {
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      const handler = name === "SIGTERM" && staying ? undefined : onInterrupt;
      onInterrupt = undefined;
      if (handler === undefined) process.exit(name === "SIGINT" ? 130 : 143);
      handler();
    });
  }
}

/**
 * A signal that the first Ctrl-C aborts, until `release` is called. A second one ends the program at once, unless the
 * program is to go on after what is stopped.
 */
export function interruptible({ again = "ends" }: { again?: "ends" | "goes on" } = {}): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const abort = () => controller.abort(new InterruptedError());
  if (again === "goes on") return { signal: controller.signal, release: atInterrupt(abort) };
  [onInterrupt, staying] = [abort, false];
  return {
    signal: controller.signal,
    release: () => {
      if (onInterrupt === abort) onInterrupt = undefined;
    },
  };
}

/** Has every Ctrl-C do this, until the function that it gives is called. */
export function atInterrupt(handle: () => void): () => void {
  const handler = () => {
    onInterrupt = handler;
    handle();
  };
  [onInterrupt, staying] = [handler, true];
  return () => {
    if (onInterrupt === handler) [onInterrupt, staying] = [undefined, false];
  };
}
