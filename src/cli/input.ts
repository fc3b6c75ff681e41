import { readFile } from "node:fs/promises";
import { readStandardInput } from "../platform/index.ts";
import { CommandError } from "./errors.ts";

/** Standard input as JSON. @throws CommandError where it is none */
export async function readJson(): Promise<unknown> {
  const text = decode(await readStandardInput(), "standard input");
  if (text.trim() === "") throw new CommandError("standard input is empty; JSON was expected");
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandError(`standard input is not valid JSON: ${(error as Error).message}`);
  }
}

/** A text file; `-` is standard input. @throws CommandError where it can't be read, or isn't UTF-8 */
export async function readText(path: string): Promise<string> {
  if (path === "-") return decode(await readStandardInput(), "standard input");
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new CommandError(`${path}: ${reasonOf(error)}`, 1, { cause: error });
  });
  return decode(bytes, path);
}

/** A value that must be an array of which every item passes. @throws CommandError naming what was expected */
export function arrayOf<T>(value: unknown, isItem: (item: unknown) => item is T, expected: string): T[] {
  if (Array.isArray(value) && value.every(isItem)) return value;
  throw new CommandError(`standard input must be ${expected}`);
}

export function isTokenList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((token) => Number.isSafeInteger(token) && (token as number) >= 0);
}

/** The system's reason in words, without the call and the path that Node adds. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EISDIR") return "it is a folder";
  return message.replace(/^[A-Z0-9]+: /, "");
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError(`${name}: is not UTF-8 text`);
  }
}
