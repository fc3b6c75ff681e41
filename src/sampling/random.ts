import { InvalidArgumentError } from "../errors.ts";

/** Numbers in [0, 1), 53 bits each; the same sequence for the same seed on every runtime. */
export type Random = () => number;

/**
 * xoshiro128** (Blackman and Vigna 2021, "Scrambled Linear Pseudorandom Number Generators", arXiv:1805.01407), its
 * state filled from the seed by SplitMix32. Integers of 32 bits only. Not for secrets.
 * @param seed a whole number from 0 to 2⁵³ − 1
 */
export function createRandom(seed: number): Random {
  const next = xoshiro128(stateOf(checkSeed(seed)));
  return () => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  };
}

/** A seed that differs from call to call. */
export function randomSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

function checkSeed(seed: number): number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InvalidArgumentError(`seed must be a whole number from 0 to 2^53 - 1, not ${seed}`);
  }
  return seed;
}

/** Unsigned 32-bit numbers. `state` must not be all zero, and is changed. */
export function xoshiro128(state: Uint32Array): () => number {
  return () => {
    const s1 = state[1];
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    state[2] ^= state[0];
    state[3] ^= s1;
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= s1 << 9;
    state[3] = rotateLeft(state[3], 11);
    return result;
  };
}

/** Four words from the seed's low and high half; SplitMix32's outputs for one starting point are never four zeros. */
function stateOf(seed: number): Uint32Array {
  const mixHigh = splitMix32(Math.floor(seed / 2 ** 32));
  const mix = splitMix32((seed ^ (seed >= 2 ** 32 ? mixHigh() : 0)) >>> 0);
  return Uint32Array.from({ length: 4 }, mix);
}

/** Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number Generators", with the 32-bit finaliser of MurmurHash3. */
function splitMix32(start: number): () => number {
  let state = start | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
