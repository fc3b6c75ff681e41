/**
 * Makes the model that comes with the package, `models/stories.gguf`, and its card, from a folder of stories that a
 * larger model wrote: `node scripts/make-embedded-model.ts [FOLDER]`. Started again after an interruption or a kill, it
 * goes on from its last checkpoint, in `.cache/stories`; the same folder gives the same file, bit for bit.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TrainEvent, train } from "../src/compress/train/index.ts";
import { quantizeFile } from "../src/compress/quantize/index.ts";
import { Metadata, contentOf, countParameters, openGguf, openSource, writeGgufFile } from "../src/gguf/index.ts";
import { loadModel } from "../src/index.ts";
import { sha256OfFile } from "../src/platform/index.ts";
import { opening, storySampling } from "../src/cli/story.ts";
import { storyBits } from "../test/support/story-bits.ts";

const folder = process.argv[2] ?? "../shared/corpus";
const root = join(import.meta.dirname, "..");
const work = join(root, ".cache/stories");
const [trained, quantized] = [join(work, "stories.gguf"), join(work, "stories.Q8_0.gguf")];
const [model, card] = [join(root, "models/stories.gguf"), join(root, "models/stories.md")];
const validation = `${folder}/valid.txt.gz`;

/** A user's message begins a story or goes on with it, and so does the model's answer. */
const chatTemplate = "{% for message in messages %}{{ message.content }}{% if not loop.last %} {% endif %}{% endfor %}";

mkdirSync(work, { recursive: true });
const stopped = new AbortController();
process.once("SIGINT", () => stopped.abort(new Error("interrupted; started again, it goes on from here")));
await train({
  out: trained,
  files: [0, 1, 2, 3].map((i) => `${folder}/train-${i}.txt.gz`),
  validation: [validation],
  model: { name: "stories", vocabulary: 1024, width: 128, layers: 4, heads: 4, feedForward: 352 },
  batch: 16,
  tokens: 25_000_000,
  learningRate: 2.5e-3,
  validateEvery: 2000,
  resume: true,
  signal: stopped.signal,
  onEvent: show,
});
await quantizeFile(trained, quantized, "Q8_0");
await addMetadata();
writeFileSync(card, await cardText());

function show(event: TrainEvent): void {
  if (event.event === "validation") console.log(`validation: ${event.bitsPerByte.toFixed(4)} bits a byte`);
  if (event.event !== "step" || event.step % 50 !== 0) return;
  const { step, steps, loss, tokensPerSecond, secondsLeft } = event;
  const speed = `${Math.round(tokensPerSecond)} tokens/s, ${Math.round(secondsLeft / 60)} min left`;
  console.log(`step ${step} of ${steps}: loss ${loss.toFixed(4)}, ${speed}`);
}

async function addMetadata(): Promise<void> {
  const gguf = await openGguf(await openSource(quantized));
  try {
    const content = contentOf(gguf);
    const text = (value: string) => ({ type: "string", value }) as const;
    const metadata = new Metadata([
      ...content.metadata,
      ["general.description", text("Tells short stories in simple words. Made with Pellucid; see models/stories.md.")],
      ["general.license", text("apache-2.0")],
      ["tokenizer.chat_template", text(chatTemplate)],
    ]);
    await writeGgufFile(model, { ...content, metadata });
  } finally {
    await gguf.close();
  }
}

async function cardText(): Promise<string> {
  const trainedCard = readFileSync(trained.replace(/gguf$/, "md"), "utf8");
  const table = trainedCard.slice(trainedCard.indexOf("| | |"));
  const loaded = await loadModel(model);
  try {
    const { bits, tokens, bytes } = await storyBits(loaded, validation);
    const parameters = countParameters(loaded.gguf.tensors.values());
    const samples: string[] = [];
    for (let seed = 1; seed <= 4; seed++) {
      const { text } = await loaded.generate(opening, { ...storySampling, seed }).result;
      samples.push(`Seed ${seed}:\n\n${(opening + text).trim().replace(/^/gm, "> ").replace(/ +$/gm, "")}`);
    }
    return `# stories.gguf

A LLaMA of ${(parameters / 1e6).toFixed(2)} million parameters that tells short stories in simple words. It comes with Pellucid and is what runs
where no other model is named. It was made with Pellucid, by \`node scripts/make-embedded-model.ts\`
([how](../docs/distillation.md)), and is small enough to look into; it is no assistant, and its plots wander.

- **Teacher:** SmolLM2-135M-Instruct (HuggingFaceTB, Apache-2.0), whose stories it learned from (sequence-level
  distillation). The stories: \`${folder.split("/").at(-1)}\`, English, simple words only, given under Apache-2.0.
- **Licence:** Apache-2.0, as the teacher and the data.
- **File:** Q8_0, ${readFileSync(model).length} bytes, sha256 \`${await sha256OfFile(model)}\`.
- **Measured**, as shipped, 8-bit weights and activations, on ${bytes} bytes of stories that it has not seen:
  ${bits.toFixed(4)} bits a byte (${tokens} tokens in windows of 256, each from an empty cache).

## Training

Before it was quantised to Q8_0:

${table}
## Samples, as they came

${samples.join("\n\n")}
`;
  } finally {
    await loaded.close();
  }
}
