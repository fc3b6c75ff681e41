import { PagePool, Sequence } from "../cache/index.ts";
import type { LoadedModel } from "../model/index.ts";
import { yieldToEventLoop } from "../platform/index.ts";
import type { CacheStorage, Taps } from "../tensor/index.ts";

/** A text under way: all its tokens, and what is computed of them. */
export interface BeamText {
  readonly tokens: readonly number[];
  readonly sequence: Sequence;
}

/** A cache in which many texts grow side by side and share the pages of what they have in common. */
export class BeamCache {
  private readonly model: LoadedModel;
  private readonly storage: CacheStorage;
  private readonly pool = new PagePool();

  constructor(model: LoadedModel) {
    this.model = model;
    this.storage = model.program.createCache(model.config);
  }

  /** A text of which nothing is computed. */
  start(): Sequence {
    return new Sequence(this.pool);
  }

  /**
   * Computes what is missing of each text, many tokens in a pass.
   * @param see is shown the logits after each text's last token; they are only good during the call. [vocabularySize]
   */
  async advance(
    texts: readonly BeamText[],
    see: (text: number, logits: Float32Array) => void,
    { signal, taps }: { readonly signal?: AbortSignal | undefined; readonly taps?: Taps | undefined } = {},
  ): Promise<void> {
    const missing = texts.flatMap(({ tokens, sequence }, text) => {
      const start = sequence.length;
      return Array.from({ length: tokens.length - start }, (_, i) => ({ text, position: start + i }));
    });
    const { maxBatch, maxOutputs } = this.model.backend;
    const step = Math.min(maxBatch, maxOutputs);
    for (let at = 0; at < missing.length; at += step) {
      signal?.throwIfAborted();
      await this.pass(texts, missing.slice(at, at + step), see, taps);
      await yieldToEventLoop();
    }
  }

  close(): void {
    this.storage.release();
  }

  private async pass(
    texts: readonly BeamText[],
    rows: readonly { readonly text: number; readonly position: number }[],
    see: (text: number, logits: Float32Array) => void,
    taps: Taps | undefined,
  ): Promise<void> {
    const counts = new Map<number, number>();
    for (const { text } of rows) counts.set(text, (counts.get(text) ?? 0) + 1);
    const numbers = [...counts.keys()];
    for (const [text, count] of counts) texts[text].sequence.reserve(count);
    this.storage.reserve(this.pool.highWater);
    const last = rows.flatMap(({ text, position }, row) => (position + 1 === texts[text].tokens.length ? [row] : []));
    const batch = {
      tokens: Int32Array.from(rows, ({ text, position }) => texts[text].tokens[position]),
      positions: Int32Array.from(rows, ({ position }) => position),
      sequences: Int32Array.from(rows, ({ text }) => numbers.indexOf(text)),
      pageTables: numbers.map((text) => texts[text].sequence.pageTable),
      outputs: Int32Array.from(last),
    };
    const logits = await this.model.program.run(batch, this.storage, taps);
    for (const [text, count] of counts) texts[text].sequence.commit(count);
    const { vocabularySize } = this.model.config;
    last.forEach((row, i) => see(rows[row].text, logits.subarray(i * vocabularySize, (i + 1) * vocabularySize)));
  }
}
