import { ModelError } from "../errors.ts";
import type { ModelConfig, RopeConfig } from "./config.ts";

const counts = ["vocabularySize", "width", "layers", "contextLength", "keyLength", "valueLength"] as const;

/**
 * Refuses numbers with which the forward pass would read past its arrays or divide by zero.
 * @throws ModelError `BAD_CONFIG`
 */
export function checkConfig(config: ModelConfig): void {
  const refuse = (what: string) => {
    throw new ModelError("BAD_CONFIG", `the metadata of this ${config.architecture} model make no sense: ${what}`);
  };
  const count = (name: string, value: number, least = 1) => {
    if (!Number.isInteger(value) || value < least || value > 0x7fffffff) refuse(`${name} is ${value}`);
  };
  for (const name of counts) count(name, config[name]);
  config.perLayer.forEach(({ heads, kvHeads, feedForwardLength, window }, i) => {
    count(`heads of layer ${i}`, heads);
    count(`kvHeads of layer ${i}`, kvHeads);
    count(`feedForwardLength of layer ${i}`, feedForwardLength, 0);
    if (window !== undefined) count(`the window of layer ${i}`, window.length);
    if (heads % kvHeads !== 0) refuse(`${heads} heads for ${kvHeads} key-value heads`);
  });
  for (const name of ["expertsUsed", "expertGroups", "expertGroupsUsed"] as const) count(name, config[name], 0);
  checkRope(config.rope, config.keyLength, refuse);
  const { embeddingScale = 1, residualScale = 1, logitScale = 1, queryScale } = config.variant;
  if (![embeddingScale, residualScale, logitScale].every(Number.isFinite)) refuse("a scale is not a number");
  if (queryScale !== undefined && queryScale.strength !== 0 && !(queryScale.interval >= 1)) {
    refuse("queries are scaled by positions without an interval");
  }
  if (!(config.epsilon >= 0) || !(config.clampAttention >= 0)) refuse("an epsilon or clamp is negative");
}

function checkRope(rope: RopeConfig, keyLength: number, refuse: (what: string) => void): void {
  const { length, base, factor, originalContextLength } = rope;
  if (!Number.isInteger(length) || length < 0 || length % 2 !== 0 || length > keyLength) {
    refuse(`${length} of a head's ${keyLength} numbers are rotated`);
  }
  if (!(base > 0) || !(factor > 0) || !(originalContextLength > 0)) {
    refuse("a rotary base, factor or context length is not positive");
  }
}
