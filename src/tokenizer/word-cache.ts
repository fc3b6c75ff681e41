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
  readonly #hashes = new Int32Array(slots);
  /** Where the word begins in `#units`. */
  readonly #starts = new Int32Array(slots);
  /** In UTF-16 units; 0: the slot is free. */
  readonly #lengths = new Uint8Array(slots);
  /** The word's only token, or ~index in `#lists`. */
  readonly #values = new Int32Array(slots);
  #lists: (readonly number[])[] = [];
  #units = new Uint16Array(1 << 12);
  #unitCount = 0;

  /** Appends the tokens of the word to `output` and says whether it is known. At most `maxCachedLength` long. */
  find(text: string, start: number, end: number, output: number[]): boolean {
    const hash = hashOf(text, start, end);
    const length = end - start;
    for (let place = 0; place < places; place++) {
      const slot = (hash + place) & (slots - 1);
      if (this.#lengths[slot] === 0) return false;
      if (this.#hashes[slot] !== hash || this.#lengths[slot] !== length || !this.#same(slot, text, start)) continue;
      const value = this.#values[slot];
      if (value >= 0) output.push(value);
      else for (const token of this.#lists[~value]) output.push(token);
      return true;
    }
    return false;
  }

  /** Remembers a word that `find` doesn't know. */
  add(text: string, start: number, end: number, tokens: readonly number[]): void {
    const length = end - start;
    if (this.#unitCount + length > maxUnits) this.#clear();
    const hash = hashOf(text, start, end);
    let slot = hash & (slots - 1);
    for (let place = 0; place < places; place++) {
      const candidate = (hash + place) & (slots - 1);
      if (this.#lengths[candidate] !== 0) continue;
      slot = candidate;
      break;
    }
    this.#hashes[slot] = hash;
    this.#starts[slot] = this.#unitCount;
    this.#lengths[slot] = length;
    if (tokens.length === 1) this.#values[slot] = tokens[0];
    else this.#values[slot] = ~(this.#lists.push(tokens) - 1);
    this.#store(text, start, end);
  }

  #same(slot: number, text: string, start: number): boolean {
    const units = this.#units;
    const from = this.#starts[slot];
    for (let i = 0; i < this.#lengths[slot]; i++) if (units[from + i] !== text.charCodeAt(start + i)) return false;
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
    this.#lengths.fill(0);
    this.#lists = [];
    this.#unitCount = 0;
  }
}

function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x9e3779b1) ^ (hash >>> 15);
  return hash ^ (hash >>> 13);
}
