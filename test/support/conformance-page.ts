import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import type { Measurement } from "./record.ts";
import type { Summary } from "./summary.ts";

/** What a page of conformance says of itself. */
export interface PageHead {
  readonly title: string;
  /** What was measured, within a sentence. */
  readonly what: string;
  readonly command: string;
}

/** Headings, and which measurements stand under each, by how their names begin; the last takes what is left. */
const sections: readonly (readonly [title: string, begin: RegExp])[] = [
  ["A real model against llama.cpp", /^SmolLM2 (f32|int8)(, [^:]*)?: /],
  ["The same bits by every way, on every runtime", /(^built package|(f32|int8), logits of \d+ tokens on )/],
  ["Speed", /^speed: /],
  ["Hostile files", /^fuzz: /],
  ["Tokenizers", /^tokenizer: /],
  ["Chat templates", /^templates: /],
  ["Structured output", /^structured output: /],
  ["Block formats", /^quants: /],
  ["Quantising", /^quantize: /],
  ["Pruning", /^pruning: /],
  ["Training", /^train: /],
  ["Files written here, in llama.cpp", /^written file in llama.cpp/],
  ["Random models of other architectures and formats against llama.cpp", /^(?!cases: )/],
];

/** A page: figures beside their bounds, and how many cases each file's properties ran. */
export function conformancePage(head: PageHead, measurements: readonly Measurement[], summary: Summary): string {
  const day = new Date().toISOString().slice(0, 10);
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout.trim() || "unknown";
  const processors = cpus();
  const processor = `${String(processors.length)} × ${processors[0]?.model ?? "unknown processor"}`;
  const rest = [...measurements].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const parts = sections.map(([title, begin]) => {
    const own = rest.filter(({ name }) => begin.test(name));
    for (const measurement of own) rest.splice(rest.indexOf(measurement), 1);
    const rows = own.map(({ name, figure, bound }) => [
      name.replace(/^(speed|fuzz|tokenizer|templates|structured output|quants|quantize|pruning|train): /, ""),
      figure,
      bound,
    ]);
    return section(title, ["what", "measured", "bound"], rows);
  });
  return [
    `# ${head.title}`,
    "",
    `Measured on ${day} by \`${head.command}\`: ${head.what}.`,
    `Commit ${commit}, Node ${process.versions.node}, ${processor}, a machine shared with other work. Written by the script; don't edit it.`,
    "",
    `${String(summary.passed)} tests passed, ${String(summary.failed)} failed, ${String(summary.skipped.length)} were skipped.`,
    ...parts.flat(),
    ...section("Laws", ["file", "properties", "cases", "fewest of one"], casesByFile(rest)),
    "",
  ].join("\n");
}

function section(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return ["", `## ${title}`, "", line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}

/** `cases: FILE > TEST` with a count, summed for each file. */
function casesByFile(measurements: readonly Measurement[]): string[][] {
  const files = new Map<string, number[]>();
  for (const { name, figure } of measurements) {
    const file = name.replace(/^cases: /, "").split(" > ")[0];
    files.set(file, [...(files.get(file) ?? []), Number(figure)]);
  }
  const count = (value: number) => value.toLocaleString("en-US");
  return [...files].map(([file, cases]) => [
    file,
    count(cases.length),
    count(cases.reduce((sum, one) => sum + one, 0)),
    count(Math.min(...cases)),
  ]);
}
