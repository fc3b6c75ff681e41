import type { GenerateOptions } from "../../index.ts";
import { createSampler } from "../../sampling/index.ts";
import { similarName } from "../../tokenizer/nearest-name.ts";
import { CommandError } from "../errors.ts";

/** What can be changed within a conversation, each a number. */
export const parameterNames = [
  "maxTokens",
  "temperature",
  "topK",
  "topP",
  "minP",
  "typicalP",
  "topNSigma",
  "repeatPenalty",
  "frequencyPenalty",
  "presencePenalty",
  "seed",
] as const;

type Name = (typeof parameterNames)[number];

/** The options as `/params` shows them. */
export function describeParameters(options: GenerateOptions): string {
  const lines = parameterNames.flatMap((name) => (options[name] === undefined ? [] : [`${name} ${options[name]}\n`]));
  return lines.length === 0 ? "all as they are by default; /params NAME VALUE changes one\n" : lines.join("");
}

/** The options with `NAME VALUE` changed; a value of `default` takes it back. @throws CommandError, InvalidArgumentError */
export function withParameter(options: GenerateOptions, text: string): GenerateOptions {
  const [given, ...values] = text.split(/[\s=]+/);
  const value = values.at(0);
  const name = parameterNames.find((known) => known.toLowerCase() === given.replace(/[-_]/g, "").toLowerCase());
  if (name === undefined) {
    const similar = similarName(given, parameterNames);
    const hint = similar === undefined ? `there are ${parameterNames.join(", ")}` : `did you mean ${similar}?`;
    throw new CommandError(`there is no parameter ${given}; ${hint}`);
  }
  if (value === undefined || values.length > 1) throw new CommandError(`give one value: /params ${name} NUMBER`);
  const changed = { [name]: value === "default" ? undefined : numberOf(name, value) };
  createSampler(changed);
  return { ...options, ...changed };
}

function numberOf(name: Name, text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!Number.isFinite(value) || (name === "maxTokens" && !(Number.isInteger(value) && value >= 1))) {
    throw new CommandError(
      `${name} must be a ${name === "maxTokens" ? "whole number of at least 1" : "number"}, not ${text}`,
    );
  }
  return value;
}
