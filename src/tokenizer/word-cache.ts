import { IntList } from "./int-list.ts";

/** Longer words hardly come twice. In UTF-16 units. */
export const maxCachedLength = 64;

const slots = 1 << 17;
/** How many places a word may be in; when all are taken, the first gives way. So no text makes looking up slow. */
const places = 8;
/** Of all words together, in UTF-16 units; when they are more, all are forgotten. */
const maxUnits = 1 << 20;

/**
 * What words have become, so that merging is done once for each word that a text repeats. The words are looked up where
 * they stand in the text, without making strings of them.
 */
export class WordCache {
  /**
   * Four numbers a slot, side by side so that the processor fetches them at once: the word's hash; where it begins in
   * `#units`; its length in UTF-16 units, 0 where the slot is free; its only token, or ~(where in `#tokens` their number
   * and they begin).
   */
  readonly #slots = new Int32Array(4 * slots);
  readonly #tokens = new IntList();
  #units = new Uint16Array(1 << 12);
  #unitCount = 0;

  /** Appends the tokens of the word to `output` and says whether it is known. At most `maxCachedLength` long. */
  find(text: string, start: number, end: number, output: IntList): boolean {
    const hash = hashOf(text, start, end);
    const length = end - start;
    const table = this.#slots;
    for (let place = 0; place < places; place++) {
      const slot = 4 * ((hash + place) & (slots - 1));
      const found = table[slot + 2];
      if (found === 0) return false;
      if (table[slot] !== hash || found !== length || !this.#same(table[slot + 1], text, start, end)) continue;
      const value = table[slot + 3];
      if (value >= 0) {
        output.push(value);
      } else {
        const tokens = this.#tokens.values;
        const count = tokens[~value];
        for (let i = 1; i <= count; i++) output.push(tokens[~value + i]);
      }
      return true;
    }
    return false;
  }

  /** Remembers a word that `find` doesn't know: its tokens are those of `output` from `before` on. */
  add(text: string, start: number, end: number, output: IntList, before: number): void {
    const length = end - start;
    if (this.#unitCount + length > maxUnits) this.#clear();
    const hash = hashOf(text, start, end);
    const table = this.#slots;
    let slot = 4 * (hash & (slots - 1));
    for (let place = 0; place < places; place++) {
      const candidate = 4 * ((hash + place) & (slots - 1));
      if (table[candidate + 2] !== 0) continue;
      slot = candidate;
      break;
    }
    table[slot] = hash;
    table[slot + 1] = this.#unitCount;
    table[slot + 2] = length;
    if (output.length === before + 1) {
      table[slot + 3] = output.values[before]!;
    } else {
      table[slot + 3] = ~this.#tokens.length;
      this.#tokens.push(output.length - before);
      for (let i = before; i < output.length; i++) this.#tokens.push(output.values[i]);
    }
    this.#store(text, start, end);
  }

  #same(from: number, text: string, start: number, end: number): boolean {
    const units = this.#units;
    for (let at = start; at < end; at++) if (units[from++] !== text.charCodeAt(at)) return false;
    return true;
  }

  #store(text: string, start: number, end: number): void {
    if (this.#unitCount + end - start > this.#units.length) {
      const larger = new Uint16Array(this.#units.length * 2);
      larger.set(this.#units);
      this.#units = larger;
    }
    for (let at = start; at < end; at++) this.#units[this.#unitCount++] = text.charCodeAt(at);
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#tokens.length = 0;
    this.#unitCount = 0;
  }
}

function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x9e3779b1) ^ (hash >>> 15);
  return hash ^ (hash >>> 13);
}
