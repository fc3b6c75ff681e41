import { InvalidArgumentError } from "../errors.ts";
import { samplerFrom } from "./apply-samplers.ts";
import { chainParts, defaultOrder, truncating } from "./chain-parts.ts";
import { checkOptions } from "./check-options.ts";
import type { SamplerOptions } from "./sampler-options.ts";
import type { SamplerSpec } from "./samplers-by-name.ts";
import type { ChainSampler } from "./stateful-sampler.ts";

/** A sampler of a chain, under the name that it has in JSON; functions of one's own have theirs. */
export interface NamedSampler {
  readonly name: string;
  readonly sampler: ChainSampler;
}

/**
 * The chain that options make, in order. At temperature 0 nothing is cut off: the likeliest token is taken anyway. With
 * mirostat nothing is cut off either, since that is what it does.
 * @throws InvalidArgumentError for an option outside its range, or one that would count for nothing
 */
export function chainOfOptions(options: SamplerOptions): NamedSampler[] {
  checkOptions(options);
  const chain = options.samplers ?? orderFor(options);
  const named = chain.flatMap((item) => {
    const sampler = typeof item === "string" ? specOf(item, options) : item;
    return sampler === undefined ? [] : [{ name: nameOf(sampler), sampler: samplerFrom(sampler) }];
  });
  const names = new Set(chain.filter((item) => typeof item === "string"));
  if (options.samplers !== undefined || (options.mirostat ?? 0) !== 0) checkAllUsed(options, names);
  return named;
}

/** The default order without the samplers that the options put out of use. */
function orderFor({ temperature, mirostat = 0 }: SamplerOptions): readonly string[] {
  if (mirostat !== 0) return defaultOrder.filter((name) => !truncating.has(name));
  return temperature === 0 ? defaultOrder.filter((name) => !truncating.has(name)) : defaultOrder;
}

function specOf(name: string, options: SamplerOptions): SamplerSpec | undefined {
  if (Object.hasOwn(chainParts, name)) return chainParts[name].spec(options);
  throw new InvalidArgumentError(`there is no sampler "${name}"; samplers can be: ${defaultOrder.join(", ")}`);
}

function nameOf(sampler: SamplerSpec | ChainSampler): string {
  if (typeof sampler === "function") return sampler.name === "" ? "function" : sampler.name;
  return typeof sampler.apply === "function" ? "stateful" : Object.keys(sampler)[0];
}

/** An option that no sampler of the chain reads is a mistake that should not go unseen. */
function checkAllUsed(options: SamplerOptions, names: ReadonlySet<string>): void {
  for (const [name, part] of Object.entries(chainParts)) {
    const given = names.has(name) ? undefined : part.options.find((option) => options[option] !== undefined);
    if (given === undefined) continue;
    const why =
      options.samplers === undefined ? "mirostat takes the place of" : "the option samplers names the chain, without";
    throw new InvalidArgumentError(`${given} would count for nothing: ${why} "${name}"`);
  }
}
