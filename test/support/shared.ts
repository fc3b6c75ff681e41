import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { it } from "vitest";

/** The folder with models and golden results: `PELLUCID_SHARED`, or `shared` beside the checkout. */
export const sharedFolder = resolve(process.env.PELLUCID_SHARED ?? join(import.meta.dirname, "../../../shared"));

/** The path of a file or folder in it, whether or not it is there. */
export function shared(...parts: string[]): string {
  return join(sharedFolder, ...parts);
}

/** Whether the shared folder is on this machine; where it is, every file that a test asks for must be there too. */
export const hasShared = existsSync(sharedFolder);

/** The real model that the golden results were made with. */
export const smollm2 = shared("models", "SmolLM2-135M-Instruct.Q4_1.gguf");

/** A test that needs the shared folder, and is skipped, with that reason in its name, where users don't have it. */
export function itShared(name: string, body: () => Promise<void> | void, timeout?: number): void {
  if (hasShared) it(name, body, timeout);
  else it.skip(`${name} [skipped: ${sharedFolder} is not there; set PELLUCID_SHARED]`, body);
}
