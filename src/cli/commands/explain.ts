import type { Command } from "commander";
import type { PlanDescription, PlanLine } from "../../index.ts";
import { CommandError } from "../errors.ts";
import { interruptible } from "../interrupt.ts";
import { loadFor } from "../load.ts";
import { type ModelFlags, addExamples, addModelOptions } from "../options.ts";
import { write, writeJson } from "../output.ts";

/** `pellucid explain`: the plan, one operation a line. */
export function define(command: Command): void {
  addModelOptions(command).option("--json", "print the plan as JSON");
  addExamples(command, "pellucid explain model.gguf --precision int8").action(run);
}

async function run(source: string | undefined, flags: ModelFlags & { json?: true }): Promise<void> {
  const { signal, release } = interruptible();
  const { model } = await loadFor(source, flags, signal);
  try {
    const plan = model.explain();
    if (plan === undefined) throw new CommandError("the reference kernels compute without a plan: use --kernels wasm");
    if (flags.json === true) await writeJson(plan);
    else await write(tableOf(plan));
  } finally {
    release();
    await model.close();
  }
}

/** The plan as text: where threads meet, what is computed, what one token costs. */
function tableOf({ threads, lines }: PlanDescription): string {
  const rows = lines.map((line, i) => [
    String(i),
    meetingMark(line),
    line.operation,
    line.detail,
    line.weightBytes === 0 ? "" : line.weightBytes.toLocaleString("en"),
    line.multiplications === 0 ? "" : line.multiplications.toLocaleString("en"),
    line.names.join(" "),
  ]);
  const titles = ["", "", "operation", "detail", "weight bytes", "multiplications", "names"];
  const widths = titles.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k].length)));
  const layOut = (row: readonly string[]) =>
    row
      .map((cell, k) => (k === 0 || k === 4 || k === 5 ? cell.padStart(widths[k]) : cell.padEnd(widths[k])))
      .join("  ");
  const sum = (of: (line: PlanLine) => number) =>
    lines.reduce((total, line) => total + of(line), 0).toLocaleString("en");
  const meetings = lines.filter(({ meeting }) => meeting === "always").length;
  return [
    layOut(titles).trimEnd(),
    ...rows.map((row) => layOut(row).trimEnd()),
    "",
    `${lines.length} operations; ${sum((line) => line.weightBytes)} bytes of weights and ` +
      `${sum((line) => line.multiplications)} multiplications a token, besides ${meetings} meetings of ${threads} threads`,
    "= threads meet first   - they meet first when several tokens are computed together",
    "",
  ].join("\n");
}

function meetingMark({ meeting }: PlanLine): string {
  return meeting === "always" ? "=" : meeting === "batch" ? "-" : " ";
}
