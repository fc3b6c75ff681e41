import { sha256OfFile, writeFileAtomically } from "../../platform/index.ts";
import type { Settings, Validation } from "./options.ts";
import { oneChunk } from "./token-file.ts";

/** What a model's card tells. */
export interface CardFacts {
  readonly settings: Settings;
  readonly parameters: number;
  /** Of the texts: how many, their bytes and tokens. */
  readonly documents: number;
  readonly bytes: number;
  readonly tokens: number;
  readonly steps: number;
  readonly validation: Validation | undefined;
}

/** Writes a model's card beside it, `stories.md` for `stories.gguf`: recipe, data, what was measured. */
export async function writeCard(out: string, facts: CardFacts): Promise<void> {
  const { settings, parameters, documents, bytes, tokens, steps, validation } = facts;
  const { files, model, teacher, batch, context, schedule, optimizer, seed } = settings;
  const name = (path: string) => path.split(/[\\/]/).at(-1)!;
  const start = typeof model === "string" ? name(model) : `a new model, ${words(model)}`;
  const measured =
    validation === undefined
      ? "nothing"
      : `${validation.loss.toFixed(4)} nats a token over ${validation.scored} tokens, ` +
        `${validation.bitsPerByte.toFixed(4)} bits a byte of text`;
  const rows: [string, string][] = [
    ["sha256", await sha256OfFile(out)],
    ["parameters", String(parameters)],
    ["started from", start],
    ["learned from", `${files.map(name).join(", ")}: ${documents} texts, ${bytes} bytes, ${tokens} tokens`],
    ["steps", `${steps} of ${batch} sequences of ${context} tokens: ${steps * batch * context} tokens`],
    ["learning rate", words(schedule)],
    ["optimizer", `AdamW, ${words(optimizer)}`],
    ["seed", String(seed)],
    ...(teacher === undefined
      ? []
      : [["teacher", words({ ...teacher, name: name(teacher.name), hints: hintsOf(teacher) })] as [string, string]]),
    ["on held-out texts", measured],
  ];
  const table = rows.map(([what, is]) => `| ${what} | ${is} |`).join("\n");
  const text = `# ${name(out)}\n\nTrained with Pellucid.\n\n| | |\n| --- | --- |\n${table}\n`;
  await writeFileAtomically(out.replace(/(\.gguf)?$/, ".md"), oneChunk(new TextEncoder().encode(text)));
}

function hintsOf({ hints }: NonNullable<Settings["teacher"]>): string | undefined {
  if (hints === undefined) return undefined;
  const pairs = hints.layers.map((layer, i) => `${layer}:${hints.leading[i]}`);
  return `${pairs.join(" ")} by ${hints.kind} with weight ${hints.weight}`;
}

function words(numbers: object): string {
  return Object.entries(numbers)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(", ");
}
