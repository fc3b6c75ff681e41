import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { embeddedModel } from "../../src/embedded-model/index.ts";
import { loadModel } from "../../src/index.ts";
import { root } from "../support/built.ts";
import { record } from "../support/record.ts";
import { itShared, shared } from "../support/shared.ts";
import { storyBits } from "../support/story-bits.ts";

const whole = process.env.PELLUCID_CONFORMANCE !== undefined;

describe("the embedded model", () => {
  const file = readFileSync(join(root, "models/stories.gguf"));

  it("is the file of models/ that the card tells of, of at most 5 MB", async () => {
    expect(Buffer.from(await embeddedModel()).equals(file)).toBe(true);
    expect(file.length).toBeLessThanOrEqual(5_000_000);
    const card = readFileSync(join(root, "models/stories.md"), "utf8");
    expect(card).toContain(`Q8_0, ${file.length} bytes, sha256 \`${createHash("sha256").update(file).digest("hex")}\``);
  });

  // The bound is of all validation stories; part of them is left to luck.
  itShared(
    "predicts stories that it has not seen",
    async () => {
      const model = await loadModel();
      const { bits } = await storyBits(model, shared("corpus/valid.txt.gz"), whole ? Infinity : 50);
      await model.close();
      const bound = whole ? 0.7 : 0.73;
      if (whole) record("embedded model, validation stories: bits a byte", bits, bound);
      expect(bits).toBeLessThanOrEqual(bound);
      expect(bits).toBeGreaterThan(0.5);
    },
    600_000,
  );
});
