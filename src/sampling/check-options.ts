import { InvalidArgumentError } from "../errors.ts";
import type { SamplerOptions } from "./sampler-options.ts";

interface Range {
  readonly least: number;
  readonly most?: number;
  readonly integer?: boolean;
}

const ranges: Partial<Record<keyof SamplerOptions, Range>> = {
  temperature: { least: 0 },
  topK: { least: 0, integer: true },
  topP: { least: 0, most: 1 },
  minP: { least: 0, most: 1 },
  seed: { least: 0, integer: true },
  typicalP: { least: 0, most: 1 },
  topNSigma: { least: 0 },
  xtcProbability: { least: 0, most: 1 },
  xtcThreshold: { least: 0, most: 1 },
  penaltyLastN: { least: -1, integer: true },
  repeatPenalty: { least: 0 },
  frequencyPenalty: { least: -Infinity },
  presencePenalty: { least: -Infinity },
  dryMultiplier: { least: 0 },
  dryBase: { least: 0 },
  dryAllowedLength: { least: 0, integer: true },
  dryLastN: { least: -1, integer: true },
  dynamicTemperatureRange: { least: 0 },
  dynamicTemperatureExponent: { least: 0 },
  minTokens: { least: 0, integer: true },
  noRepeatNgram: { least: 0, integer: true },
  mirostat: { least: 0, most: 2, integer: true },
  mirostatTau: { least: 0 },
  mirostatEta: { least: 0 },
};

/** @throws InvalidArgumentError for an option outside its range */
export function checkOptions(options: SamplerOptions): void {
  for (const [name, range] of Object.entries(ranges)) {
    const value: unknown = options[name as keyof SamplerOptions];
    if (value === undefined) continue;
    const { least, most = Infinity, integer = false } = range;
    const fits = typeof value === "number" && Number.isFinite(value) && value >= least && value <= most;
    if (fits && (!integer || Number.isSafeInteger(value))) continue;
    throw new InvalidArgumentError(
      `${name} must be ${describe(range)}, not ${typeof value === "number" ? value : JSON.stringify(value)}`,
    );
  }
  const { logprobs = false } = options;
  if (typeof logprobs !== "boolean" && !(Number.isSafeInteger(logprobs) && logprobs >= 0)) {
    throw new InvalidArgumentError(`logprobs must be true, false or a whole number of at least 0, not ${logprobs}`);
  }
}

function describe({ least, most, integer = false }: Range): string {
  const kind = integer ? "a whole number" : "a number";
  if (most !== undefined) return `${kind} from ${least} to ${most}`;
  return least === -Infinity ? kind : `${kind} of at least ${least}`;
}
