/** What words have become, so that merging is done once for each word that a text repeats. */
export class WordCache {
  readonly #words = new Map<string, number | readonly number[]>();

  get(word: string): number | readonly number[] | undefined {
    return this.#words.get(word);
  }

  set(word: string, tokens: readonly number[]): void {
    if (this.#words.size >= maxWords) this.#words.clear();
    this.#words.set(word, tokens.length === 1 ? tokens[0] : tokens);
  }
}

const maxWords = 1 << 16;

/** Longer words hardly come twice. In UTF-16 units. */
export const maxCachedLength = 64;
