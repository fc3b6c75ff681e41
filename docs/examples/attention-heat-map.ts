/**
 * Prints the attention of one head as a heat map, and saves it as SVG:
 *
 *     npm run --silent example:attention -- MODEL --layer 3 --head 1 --prompt "…" --svg FILE
 *
 * In a project of your own the import is `from "pellucid"`.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { loadModel } from "../../src/index.ts";
import { readAttention } from "./heat-map/read-attention.ts";
import { toSvg } from "./heat-map/svg.ts";
import { toText } from "./heat-map/text.ts";

const usage = `Usage: npm run --silent example:attention -- MODEL [options]

Prints how much each token attends to each token before it, as one head of one layer sees it.

  --layer N      the layer, from 0 (default 0)
  --head N       the head, from 0 (default 0)
  --prompt TEXT  what the model reads
  --svg FILE     also save it as a picture
  --help         this text`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      layer: { type: "string", default: "0" },
      head: { type: "string", default: "0" },
      prompt: { type: "string", default: "The cat sat on the mat because it was tired." },
      svg: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  if (positionals.length !== 1) throw new Error("give one model: the path of a GGUF file");

  const model = await loadModel(positionals[0]);
  try {
    const attention = await readAttention(model, values.prompt, Number(values.layer), Number(values.head));
    // The depth is 1 bit where the output is no terminal or the user set NO_COLOR.
    const { isTTY, columns } = process.stdout;
    const colorDepth = isTTY ? process.stdout.getColorDepth() : 1;
    console.log(toText(attention, { colorDepth, width: isTTY ? columns : undefined }));
    if (values.svg !== undefined) await writeFile(values.svg, await toSvg(attention));
  } finally {
    await model.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(`attention-heat-map: ${(error as Error).message}`);
  process.exitCode = 1;
}
