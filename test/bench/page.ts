import type { Test } from "./bench.ts";
import { formats } from "./options.ts";
import type { Results, StoredRow } from "./support/results.ts";
import { figure } from "./support/row.ts";
import { markdownTable } from "./support/table.ts";

type Section = Pick<Test, "name" | "title">;

/** The page `docs/performance.md`: the machine, every version, one table, and how far decoding is from memory's limit. */
export function performancePage(
  results: Results,
  machine: readonly (readonly [string, string])[],
  sections: readonly Section[],
): string {
  const rows = sections.flatMap(({ name }) => inOrder(results.rows.filter(({ section }) => section === name)));
  const bounded = rows.filter(({ holds }) => holds !== undefined);
  const missed = bounded.filter(({ holds }) => holds === false).length;
  const dates = [...new Set(rows.map(({ date }) => date))].sort();
  const commits = [...new Set(rows.map(({ commit }) => commit))];
  const facts = [
    ...machine,
    ["Measured", dates.length > 1 ? `${dates[0]} to ${dates.at(-1)}` : (dates[0] ?? "never")],
    ["Settings", [...new Set(rows.map(({ settings }) => settings))].join("; ")],
    ["Pellucid", commits.join(", ")],
    ...Object.entries(results.versions),
  ];
  const skipped = sections
    .filter(({ name }) => name in results.skipped)
    .map(({ name, title }) => `- ${title}: ${results.skipped[name]}`);
  return `# Performance

Written by \`npm run bench\`, which measures on the machine it runs on; nothing here is edited by hand.

${markdownTable(["what", "which"], facts)}

Ours and the peer are measured in turns, every turn in a process of its own: after a run that does not count, the median of some.
A figure is the median of the turns, a ratio the median, smallest and largest of each turn's ours ÷ peer. Prefill is random tokens into
an empty cache, decode random tokens after an empty cache, as llama-bench does it (its flash attention, cache type and repacking at
their defaults); against node-llama-cpp and wllama the likeliest token is fed back. SmolLM2 is
SmolLM2-135M-Instruct, requantised from Q4_1 by llama-quantize; the random LLaMA has width 1,024, 16 layers and a vocabulary of 32,768.

${bounded.length - missed} of ${bounded.length} bounds hold.

${mainTable(sections, rows)}
${skipped.length > 0 ? `\nNot measured:\n\n${skipped.join("\n")}\n` : ""}${limitSection(results)}`;
}

function mainTable(sections: readonly Section[], rows: readonly StoredRow[]): string {
  const lines = sections.flatMap(({ name, title }) => {
    const own = rows.filter(({ section }) => section === name);
    if (own.length === 0) return [];
    const cells = own.map((row) => [row.what, row.ours, row.peer, row.ratio, row.bound, verdict(row)]);
    return [[`**${title}**`], ...cells];
  });
  return markdownTable(["what", "ours", "peer", "ratio", "bound", "holds"], lines, ["ours", "peer", "ratio"]);
}

function verdict({ holds }: StoredRow): string {
  return holds === undefined ? "" : holds ? "yes" : "**no**";
}

/** Rows of a test by thread count, measure and format, whatever the order in which they were measured. */
function inOrder(rows: readonly StoredRow[]): StoredRow[] {
  const place = ({ id }: StoredRow) => formats.findIndex((format) => id.split("/").includes(format));
  const measure = ({ id }: StoredRow) => (id.includes("/prefill/") ? 1 : 0);
  const threads = ({ id }: StoredRow) => Number(/\/(\d+)$/.exec(id)?.[1] ?? 0);
  return [...rows].sort((a, b) => measure(a) - measure(b) || threads(b) - threads(a) || place(a) - place(b));
}

/** How many tokens a second memory alone would allow, and what share of that is reached. */
function limitSection({ rows }: Results): string {
  const lines = inOrder(rows.filter(({ id }) => /^(native|large)\/decode\//.test(id))).flatMap(({ what, figures }) => {
    const best = rows.find(({ id }) => id === `bandwidth/${figures.threads ?? ""}`)?.figures.best;
    const { bytesPerToken } = figures;
    if (best === undefined || bytesPerToken === undefined) return [];
    const limit = best / bytesPerToken;
    const share = (rate: number | undefined) => (rate === undefined ? "" : `${Math.round((100 * rate) / limit)} %`);
    const megabytes = figure(bytesPerToken / 1e6);
    return [[what, megabytes, figure(limit), share(figures.ours), share(figures.peer)]];
  });
  if (lines.length === 0) return "";
  const head = ["what", "MB a token", "limit, tokens/s", "ours", "llama-bench"];
  return `
## The distance from the memory's limit

Decoding reads every weight once a token, so the bandwidth of reading (the faster of the two in the table) over the bytes of the weights
bounds it. Activations and cache are left out.

${markdownTable(head, lines, head.slice(1))}
`;
}
