import type { Command } from "commander";
import { type SamplerSpec, applySamplers } from "../../sampling/index.ts";
import { CommandError } from "../errors.ts";
import { isTokenList, readJson } from "../input.ts";
import { addExamples, wholeNumber } from "../options.ts";
import { writeJson } from "../output.ts";

/** `pellucid sample`: logits and samplers → the kept candidates, `[[id, probability], …]`. */
export function define(command: Command): void {
  command
    .option("--seed <S>", "for samplers that draw (xtc)", wholeNumber(0), 0)
    .option("--json", "JSON is what it prints anyway");
  addExamples(
    command,
    `echo '{"logits": [1, 3, 2], "samplers": [{"top_k": {"k": 2}}, {"temperature": {"t": 0.8}}]}' | pellucid sample`,
  ).action(run);
}

async function run({ seed }: { seed: number }): Promise<void> {
  const { logits, previousTokens, samplers } = caseOf(await readJson());
  await writeJson(applySamplers(logits, previousTokens, samplers, { seed }));
}

function caseOf(value: unknown): { logits: Float32Array; previousTokens: number[]; samplers: SamplerSpec[] } {
  const { logits, previous_tokens = [], samplers = [] } = (value ?? {}) as Record<string, unknown>;
  // JSON has no -Infinity: null is a token that is impossible.
  const isLogit = (item: unknown): item is number | null => typeof item === "number" || item === null;
  const isSpec = (item: unknown): item is SamplerSpec => typeof item === "object" && item !== null;
  if (!Array.isArray(logits) || !logits.every(isLogit)) throw new CommandError('"logits" must be an array of numbers');
  if (!isTokenList(previous_tokens)) throw new CommandError('"previous_tokens" must be an array of token ids');
  if (!Array.isArray(samplers) || !samplers.every(isSpec)) {
    throw new CommandError('"samplers" must be an array such as [{"top_k": {"k": 40}}]');
  }
  return {
    logits: Float32Array.from(logits, (logit) => logit ?? -Infinity),
    previousTokens: previous_tokens,
    samplers,
  };
}
