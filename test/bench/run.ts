/**
 * `npm run bench`: measures this library against other engines in turns, and writes `docs/performance.md`. What was measured is
 * kept in the cache, so that a run of some tests leaves the other rows as they are.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { assertBuilt } from "../support/built.ts";
import { bandwidth } from "./bandwidth.ts";
import { type Bench, Skipped, type Test } from "./bench.ts";
import { depth } from "./depth.ts";
import { large } from "./large.ts";
import { memory } from "./memory.ts";
import { randomFormats, randomLlama, smollm2 } from "./models.ts";
import { native } from "./native.ts";
import { firstToken, nodeLlamaCpp } from "./node-llama-cpp.ts";
import { type Options, readOptions, usage } from "./options.ts";
import { performancePage } from "./page.ts";
import { type LlamaCpp, llamaCpp } from "./peers/llama-bench.ts";
import { runtimes } from "./runtimes.ts";
import { cached, root } from "./support/folders.ts";
import { Progress } from "./support/progress.ts";
import { type StoredRow, merge, readResults, writeResults } from "./support/results.ts";
import { threads } from "./threads.ts";
import { commit, describeMachine, runtimeVersions } from "./versions.ts";
import { wllama } from "./wllama.ts";

const tests: readonly Test[] = [
  native,
  threads,
  depth,
  nodeLlamaCpp,
  firstToken,
  wllama,
  memory,
  runtimes,
  large,
  bandwidth,
];
const names = tests.map(({ name }) => name);

function optionsOrExit(): Options {
  try {
    const options = readOptions(process.argv.slice(2), names);
    if (!options.help) return options;
    process.stdout.write(usage(tests.map(({ name, title }) => [name, title])));
    return process.exit(0);
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return process.exit(2);
  }
}

const options = optionsOrExit();
if (process.env.PELLUCID_BENCH_LIBRARY === undefined) assertBuilt();
const progress = new Progress();
const step = (text: string): void => progress.step(text);
const file = cached("results.json");
let results = readResults(file);
if (options.fresh) results = { ...results, rows: [], skipped: {}, versions: {} };

let builtPrograms: Promise<LlamaCpp> | undefined;
const programs = (): Promise<LlamaCpp> => (builtPrograms ??= llamaCpp(step));
const settings =
  `${options.rounds} turns, ${options.repetitions} runs in each; ` +
  `prefill of ${options.promptTokens} tokens, decode of ${options.generateTokens}`;
const quantizer = async (): Promise<string> => (await programs()).quantize;
const isRandom = (format: string): boolean => randomFormats.some((name) => name === format);

/** Runs a test and keeps its rows one by one, so that an interrupted run loses none. */
async function measure(test: Test): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const keep = (rows: readonly StoredRow[], reason?: string): void => {
    results = merge(results, test.name, rows, reason);
    writeResults(file, results);
  };
  const bench: Bench = {
    options,
    step,
    add(row) {
      keep([{ ...row, section: test.name, date, commit: commit(), settings }]);
      const shown = [row.what, row.ours, row.peer, row.ratio, row.bound, row.holds === false ? "NO" : ""];
      progress.line(shown.filter((text) => text !== "").join(" | "));
    },
    version(name, version) {
      results = { ...results, versions: { ...results.versions, [name]: version } };
    },
    llamaCpp: programs,
    model: (format) => (isRandom(format) ? randomLlama(format, quantizer) : smollm2(format, quantizer)),
  };
  try {
    await test.run(bench);
    keep([]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isSkip = error instanceof Skipped;
    keep([], isSkip ? `skipped: ${reason}` : `failed: ${reason.split("\n")[0]}`);
    progress.line(`${test.name} ${isSkip ? "skipped" : "FAILED"}: ${reason}`);
    if (!isSkip) process.exitCode = 1;
  }
}

results = { ...results, versions: { ...results.versions, ...runtimeVersions() } };
const [load = 0] = loadavg();
if (load > 0.5) progress.line(`note: the machine is busy (load ${load.toFixed(1)}), so these figures will say little`);
for (const test of tests.filter(({ name }) => options.tests.includes(name))) {
  progress.line(`== ${test.title}`);
  await measure(test);
}
const page = options.output ?? join(root, "docs/performance.md");
writeFileSync(page, performancePage(results, describeMachine(), tests));
progress.line(`written: ${page}`);
