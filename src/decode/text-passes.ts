import { PagePool, Sequence } from "../cache/index.ts";
import { InvalidArgumentError } from "../errors.ts";
import type { LoadedModel } from "../model/index.ts";
import { yieldToEventLoop } from "../platform/index.ts";
import type { Taps } from "../tensor/index.ts";

/** Tokens `start` … of a text, which were rows `row` … of a pass. */
export interface PassPart {
  readonly text: number;
  readonly start: number;
  readonly length: number;
  readonly row: number;
}

/** One forward pass over parts of some texts. */
export interface TextPass {
  readonly parts: readonly PassPart[];
  /** The logits of all rows, or none. [rows, vocabularySize] */
  readonly logits: Float32Array;
}

export interface TextPassOptions {
  /** Compute logits. */
  readonly logits: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly taps?: Taps;
}

/**
 * Reads texts from empty caches, as many tokens in a pass as the kernels take, whichever texts they are of: short texts
 * share passes, long ones take several. A text's numbers do not depend, in any bit, on those that it is read with.
 * @throws InvalidArgumentError for a token outside the vocabulary
 */
export async function* textPasses(
  model: LoadedModel,
  texts: readonly (readonly number[])[],
  { logits: wanted, signal, taps }: TextPassOptions,
): AsyncGenerator<TextPass, void, undefined> {
  texts.forEach((tokens, text) => checkTokens(tokens, text, model.config.vocabularySize));
  const { maxBatch, maxOutputs } = model.backend;
  const room = wanted ? Math.min(maxBatch, maxOutputs) : maxBatch;
  const pool = new PagePool();
  const sequences = new Map<number, Sequence>();
  const storage = model.program.createCache(model.config);
  try {
    for (const parts of cutIntoPasses(texts, room)) {
      signal?.throwIfAborted();
      const running = parts.map(({ text, length }) => {
        const sequence = sequences.get(text) ?? new Sequence(pool);
        sequences.set(text, sequence);
        sequence.reserve(length);
        return sequence;
      });
      storage.reserve(pool.highWater);
      const rows = parts.flatMap(({ text, start, length }, sequence) =>
        Array.from({ length }, (_, i) => ({ token: texts[text][start + i], position: start + i, sequence })),
      );
      const batch = {
        tokens: Int32Array.from(rows, ({ token }) => token),
        positions: Int32Array.from(rows, ({ position }) => position),
        sequences: Int32Array.from(rows, ({ sequence }) => sequence),
        pageTables: running.map(({ pageTable }) => pageTable),
        outputs: wanted ? Int32Array.from(rows.keys()) : new Int32Array(0),
      };
      const logits = await model.program.run(batch, storage, taps);
      parts.forEach(({ text, start, length }, i) => {
        running[i].commit(length);
        if (start + length < texts[text].length) return;
        running[i].truncate(0);
        sequences.delete(text);
      });
      yield { parts, logits };
      await yieldToEventLoop();
    }
  } finally {
    storage.release();
  }
}

/** The texts one after the other, cut every `room` tokens. */
function* cutIntoPasses(texts: readonly (readonly number[])[], room: number): Generator<PassPart[]> {
  let parts: PassPart[] = [];
  let row = 0;
  for (const [text, { length: total }] of texts.entries()) {
    for (let start = 0; start < total;) {
      const length = Math.min(total - start, room - row);
      parts.push({ text, start, length, row });
      start += length;
      row += length;
      if (row < room) continue;
      yield parts;
      [parts, row] = [[], 0];
    }
  }
  if (parts.length > 0) yield parts;
}

function checkTokens(tokens: readonly number[], text: number, vocabularySize: number): void {
  const bad = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= vocabularySize);
  if (bad === undefined) return;
  const range = `0 to ${vocabularySize - 1}`;
  throw new InvalidArgumentError(`token ${bad} of text ${text} is not in the vocabulary, ${range}`);
}
