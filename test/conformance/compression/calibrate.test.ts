import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { calibrate, compareModels, quantizeFile } from "../../../src/compress/index.ts";
import { openGguf, openSource } from "../../../src/gguf/index.ts";
import { loadModel } from "../../../src/index.ts";
import { corpusTokens } from "../../support/corpus.ts";
import { record } from "../../support/record.ts";
import { hasShared, itShared } from "../../support/shared.ts";
import { writeSmollm2AsF16 } from "../../support/smollm2-f16.ts";

const folder = hasShared ? mkdtempSync(join(tmpdir(), "pellucid-calibrate-")) : "";
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const minutes = 60_000;
const calibrationTokens = 4096;
const unseenTokens = 20 * 512;

itShared(
  "SmolLM2 from F16 to Q4_0: calibrated by GPTQ it diverges less than rounded, on stories it was not calibrated on",
  async () => {
    await writeSmollm2AsF16(at("whole.gguf"));
    await quantizeFile(at("whole.gguf"), at("rounded.gguf"), "Q4_0");
    const whole = await loadModel(at("whole.gguf"), { precision: "f32" });
    const unseen = corpusTokens(whole.tokenizer, "valid.txt.gz", unseenTokens);
    expect(unseen).toHaveLength(unseenTokens);

    const gguf = await openGguf(await openSource(at("whole.gguf")));
    const calibration = corpusTokens(whole.tokenizer, "train-0.txt.gz", calibrationTokens);
    const calibrated = await calibrate(gguf, "Q4_0", calibration, {
      load: (bytes) => loadModel(bytes, { precision: "f32" }),
    });
    await gguf.close();
    await quantizeFile(at("whole.gguf"), at("calibrated.gguf"), "Q4_0", { calibrated });

    const [rounded, gptq] = await Promise.all(
      ["rounded.gguf", "calibrated.gguf"].map((name) => loadModel(at(name), { precision: "f32" })),
    );
    const { tokens, base, others } = await compareModels(whole.loaded, [rounded.loaded, gptq.loaded], unseen);
    for (const model of [whole, rounded, gptq]) await model.close();
    const [plain, better] = others.map(({ divergence }) => divergence.mean);
    const what = `quantize: SmolLM2 from F16 to Q4_0, mean KL divergence on ${tokens} tokens of unseen stories`;
    record(`${what}: rounded`, plain);
    record(`${what}: by GPTQ, calibrated on ${calibrationTokens} others`, better, `≤ 0.8 × ${plain.toPrecision(4)}`);
    const perplexities = [base, ...others].map(({ perplexity }) => perplexity.toFixed(3)).join(", ");
    record("quantize: SmolLM2 on the same, perplexity: F16, Q4_0 rounded, Q4_0 by GPTQ", perplexities);
    expect(tokens).toBeGreaterThanOrEqual(10_000);
    expect(better).toBeLessThanOrEqual(0.8 * plain);
  },
  60 * minutes,
);
