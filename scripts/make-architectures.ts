/**
 * Writes `docs/architectures.md`: which architectures run, and how far each is from llama.cpp, as the tests
 * `test/golden/architectures*.test.ts` measure it now.
 *
 *     node scripts/make-architectures.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { architectureNames } from "../src/model/index.ts";
import { expectedModels, modelNames } from "../test/golden/fixtures/architectures/expected.ts";
import { models } from "../test/golden/fixtures/architectures/models.ts";
import { goldenArchitecture, goldenArchitectures } from "../test/support/golden-architectures.ts";
import type { Measurement } from "../test/support/record.ts";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/architectures.md");

interface Row {
  readonly architecture: string;
  readonly model: string;
  readonly peer: number;
}

const expected = expectedModels();
const rows: Row[] = [
  ...modelNames.map((name) => ({
    architecture: models[name].architecture,
    model: name,
    peer: expected.get(name)!.llama_cpp_nmse,
  })),
  ...goldenArchitectures.map((name) => ({
    architecture: name.replace(/-(dense|moe)\..*$/, ""),
    model: name,
    peer: goldenArchitecture(name).llama_cpp_nmse,
  })),
];

const figures = measure();
const lines = architectureNames.flatMap((architecture) =>
  rows
    .filter((row) => row.architecture === architecture)
    .map(({ model, peer }, i) => {
      const [f32, int8] = ["f32", "int8"].map((precision) => figures.get(`${model}, ${precision}`) ?? "?");
      return `| ${i === 0 ? `\`${architecture}\`` : ""} | ${model} | ${f32} | ${int8} | ${format(peer)} |`;
    }),
);
const text = readFileSync(page, "utf8");
const [begin, end] = ["<!-- table -->", "<!-- end of the table -->"];
const head = text.slice(0, text.indexOf(begin) + begin.length);
const tail = text.slice(text.indexOf(end));
const date = new Date().toISOString().slice(0, 10);
writeFileSync(
  page,
  `${head}

Measured on ${date} by \`node scripts/make-architectures.ts\`.

| architecture | model | f32 | int8 | llama.cpp, int8 |
| --- | --- | --- | --- | --- |
${lines.join("\n")}

${tail}`,
);

/** Runs the tests and gives what they note: normalised mean squared errors by model and precision. */
function measure(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "architectures-"));
  const file = join(folder, "figures.jsonl");
  try {
    execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "test/golden/architectures"], {
      cwd: root,
      env: { ...process.env, PELLUCID_RECORD: file },
      stdio: "inherit",
    });
    const measurements = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Measurement);
    return new Map(measurements.map(({ name, figure }) => [name.replace(/: .*$/, ""), format(Number(figure))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function format(error: number): string {
  return error.toExponential(1);
}
