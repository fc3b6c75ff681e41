/** How fast text becomes tokens, and that no text makes it slow. Times are of the processor. */
import { describe, expect } from "vitest";
import { growth, secondsOfRuns, throughput } from "../bench/tokenizers/measure.ts";
import { textKinds } from "../bench/tokenizers/texts.ts";
import { tokenizerOf, vocabularies } from "../bench/tokenizers/vocabularies.ts";
import { record } from "../support/record.ts";
import { itShared } from "../support/shared.ts";

describe.each(vocabularies)("%s", (name) => {
  for (const kind of ["prose", "code"] as const) {
    itShared(`${kind}: the tokens of @huggingface/tokenizers, twice as fast`, async () => {
      const { ratio } = await throughput(name, kind, 500_000, 3);
      record(`tokenizer: ${name}, ${kind}: times as fast as @huggingface/tokenizers`, ratio, "≥ 2");
      expect(ratio).toBeGreaterThanOrEqual(2);
    });
  }

  for (const kind of textKinds) {
    itShared(`${kind}: time a byte at 10 MB against 10 KB`, async () => {
      const { ratio } = await growth(name, kind, 10_000_000, 10_000, 3);
      record(`tokenizer: ${name}, ${kind}: time a byte at 10 MB, of that at 10 KB`, ratio, 1.5);
      expect(ratio).toBeLessThanOrEqual(1.5);
    });
  }

  itShared("10 MB of one character to tokens and back", async () => {
    const seconds = secondsOfRuns(await tokenizerOf(name));
    record(`tokenizer: ${name}: seconds for 10 MB of one character and back, the slowest of ten`, seconds, 20);
    expect(seconds).toBeLessThanOrEqual(20);
  });
});
