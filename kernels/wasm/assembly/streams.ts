/**
 * In which order a product meets its weights. One token meets each weight once, and waits for memory. A processor fetches
 * ahead by itself where it sees loads one after another. How many places at once it can follow, and how far, depends on
 * it: one that stops at each page brings several times as much from eight places, another from two at most. So the bands are
 * divided into streams, and in turns some groups of each stream's band are met, then the next ones of each, then those of
 * the streams' next bands. More tokens meet one band after the other.
 */
import { groupBytes, headerBytes, isK } from "./packed";

/** Streams at most. */
// @ts-ignore: decorator
@inline export const STREAMS: i32 = 8;

/** Streams from now on. */
export let places: i32 = STREAMS;

/** From now on this instance reads in `count` places at once: 1, 2, 4 or 8. */
export function useStreams(count: i32): void {
  places = count;
}

/** The turn at hand: its stream, its band (of all), its first group. */
export let turnStream: i32 = 0;
export let turnBand: i32 = 0;
export let turnGroup: i32 = 0;

let streams: i32 = 0;
let index: i32 = 0; // of the turn's band in its stream
let length: i32 = 0; // of the streams, in bands; the last may have fewer
let bandCount: i32 = 0;
let groupCount: i32 = 0;
let perTurn: i32 = 0;

/** Begins with bands of `groups` groups, `size` of them a turn. Answers whether there is a turn. */
export function firstTurn(bands: i32, groups: i32, size: i32): bool {
  bandCount = bands;
  groupCount = groups;
  perTurn = size;
  length = size < groups ? (bands + places - 1) / places : bands;
  index = -1;
  return nextBands();
}

/** Goes on to the next turn. Answers whether there is one. */
export function nextTurn(): bool {
  if (++turnStream < streams) {
    turnBand += length;
    return true;
  }
  turnGroup += perTurn;
  if (turnGroup >= groupCount) return nextBands();
  turnStream = 0;
  turnBand = index;
  return true;
}

function nextBands(): bool {
  turnBand = ++index;
  turnStream = turnGroup = 0;
  if (index >= length) return false;
  streams = (bandCount - index + length - 1) / length;
  return true;
}

/** The groups of a turn that meet one token: half a kilobyte or so of eight streams, more of fewer. */
// @ts-ignore: decorator
@inline export function turnGroups(format: i32): i32 {
  return (groupBytes(format) > 80 && (RELAXED || !isK(format)) ? 4 : 8) * (STREAMS / places);
}

/** Where the turn begins in its band at `p`, of whose blocks it cuts none. */
// @ts-ignore: decorator
@inline export function turnIn(format: i32, p: usize): usize {
  return p + <usize>turnGroup * groupBytes(format) + <usize>(turnGroup >> 3) * headerBytes(format);
}
