import type { ToolFamily } from "../family.ts";
import { deepseek } from "./deepseek.ts";
import { granite } from "./granite.ts";
import { harmony } from "./harmony.ts";
import { hermes } from "./hermes.ts";
import { llama } from "./llama.ts";
import { mistral, mistralNamed } from "./mistral.ts";
import { plain } from "./plain.ts";

/** All families; where a template has the signs of several, the first of them counts. */
export const families: readonly ToolFamily[] = [
  harmony,
  deepseek,
  mistralNamed,
  mistral,
  granite,
  hermes,
  llama,
  plain,
];

/**
 * The family of a model: told by its template; by the vocabulary where the template lists tools and says nothing more.
 * @param hasToken whether the vocabulary has a token of this text
 */
export function familyOf(template: string, hasToken: (text: string) => boolean = () => false): ToolFamily {
  const bySigns = families.find(({ signs }) => signs.some((texts) => texts.every((text) => template.includes(text))));
  if (bySigns !== undefined || !listsTools(template)) return bySigns ?? plain;
  return families.find(({ name, calls }) => name !== plain.name && hasToken(calls.open)) ?? plain;
}

/** Whether a template shows the model which tools there are. */
export function listsTools(template: string): boolean {
  return /\btools\b/.test(template.replace(/\{#[\s\S]*?#\}/g, ""));
}

/** Whether a template puts earlier calls into the prompt. */
export function listsCalls(template: string): boolean {
  return template.includes("tool_calls");
}
