import { join } from "node:path";
import { it } from "vitest";
import { hasShared, sharedFolder } from "./shared-folder.ts";

export { hasShared, sharedFolder };

/** The path of a file or folder in it, whether or not it is there. */
export function shared(...parts: string[]): string {
  return join(sharedFolder, ...parts);
}

/** The real model that the golden results were made with. */
export const smollm2 = shared("models", "SmolLM2-135M-Instruct.Q4_1.gguf");

/** A test that needs the shared folder, and is skipped, with that reason in its name, where users don't have it. */
export function itShared(name: string, body: () => Promise<void> | void, timeout?: number): void {
  if (hasShared) it(name, body, timeout);
  else it.skip(`${name} [skipped: ${sharedFolder} is not there; set PELLUCID_SHARED]`, body);
}
