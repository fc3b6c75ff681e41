import { writeFileAtomically } from "../../platform/index.ts";

/** Writes a text: a temporary file first, then renamed, so that an old one is never lost half-way. */
export function writeTextFile(path: string, text: string): Promise<void> {
  return writeFileAtomically(path, bytesOf(text));
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(text));
}
