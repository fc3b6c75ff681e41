/**
 * What the table of tokenizers is made of. Times are of the processor, of all threads of this process, so that a busy
 * machine counts less; the two that are compared run in turns, and medians are taken.
 */
import type { Tokenizer } from "../../../src/tokenizer/index.ts";
import { checkRoundTrip } from "../../laws/tokenizer.ts";
import { alternate } from "../support/alternate.ts";
import { median, ratios } from "../support/statistics.ts";
import { type TextKind, piecesOf, runCharacters, textOf } from "./texts.ts";
import { tokenizerJson } from "./tokenizer-json.ts";
import { type VocabularyName, readMetadata, tokenizerOf, vocabularyFile } from "./vocabularies.ts";

/** What is used of the peer; its own declarations don't resolve as modules of Node. */
interface PeerTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
}
const { Tokenizer: Peer } = (await import("@huggingface/tokenizers")) as unknown as {
  Tokenizer: new (tokenizerJson: object, config: object) => PeerTokenizer;
};

export interface Throughput {
  /** In 10⁶ bytes of UTF-8 a second. */
  readonly ours: number;
  readonly peer: number;
  /** The median of the rounds' ratios. */
  readonly ratio: number;
}

const plain = { addSpecial: false };

/**
 * A text's tokens by this library and by @huggingface/tokenizers, both warm. Both get it in pieces of 10 KB, as servers
 * do, since the peer takes more than linear time for some.
 * @throws Error where they are not the same tokens
 */
export async function throughput(name: VocabularyName, kind: TextKind, bytes: number, rounds = 5): Promise<Throughput> {
  const tokenizer = await tokenizerOf(name);
  const peer = new Peer(tokenizerJson(await readMetadata(vocabularyFile(name))), {});
  const pieces = piecesOf(textOf(kind, bytes), 10_000);
  for (const piece of pieces) {
    const ours = tokenizer.encode(piece, plain);
    const theirs = peer.encode(piece, { add_special_tokens: false }).ids;
    if (ours.join() !== theirs.join()) throw new Error(`${name}, ${kind}: ${firstDifference(ours, theirs)}`);
  }
  // Ours is so much faster that one pass would be too short to measure.
  const passes = 5;
  const [own, other] = await alternate(rounds, [
    () => secondsOf(() => { for (let i = 0; i < passes; i++) for (const piece of pieces) tokenizer.encode(piece, plain); }) / passes,
    () => secondsOf(() => { for (const piece of pieces) peer.encode(piece, { add_special_tokens: false }); }),
  ]); // prettier-ignore
  return { ours: bytes / median(own) / 1e6, peer: bytes / median(other) / 1e6, ratio: ratios(other, own).median };
}

function firstDifference(ours: readonly number[], theirs: readonly number[]): string {
  const at = ours.findIndex((token, i) => token !== theirs[i]);
  return `token ${at} is ${ours.slice(at, at + 4).join()}, of the peer ${theirs.slice(at, at + 4).join()}`;
}

export interface Growth {
  /** Nanoseconds a byte. */
  readonly small: number;
  readonly large: number;
  readonly ratio: number;
}

/**
 * The time a byte for a text at once, against that for the same text in pieces of `small` bytes. The pieces together hold
 * the same words, so what differs is only how long a text is.
 */
export async function growth(
  name: VocabularyName,
  kind: TextKind,
  large: number,
  small: number,
  rounds = 5,
): Promise<Growth> {
  const tokenizer = await tokenizerOf(name);
  const text = textOf(kind, large);
  const pieces = piecesOf(text, small);
  const whole = () => secondsOf(() => tokenizer.encode(text, plain));
  const parts = () => secondsOf(() => { for (const piece of pieces) tokenizer.encode(piece, plain); }); // prettier-ignore
  whole();
  parts();
  const [ofWhole, ofParts] = await alternate(rounds, [whole, parts]);
  const perByte = 1e9 / large;
  return {
    small: median(ofParts) * perByte,
    large: median(ofWhole) * perByte,
    ratio: ratios(ofWhole, ofParts).median,
  };
}

/** Seconds of the processor. */
function secondsOf(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The most seconds that 10 MB of one character take to tokens and back. @throws Error where another text comes back */
export function secondsOfRuns(tokenizer: Tokenizer): number {
  const seconds = runCharacters.map((character) => {
    const text = character.repeat(10_000_000 / Buffer.byteLength(character));
    return secondsOf(() => checkRoundTrip(tokenizer, text));
  });
  return Math.max(...seconds);
}
