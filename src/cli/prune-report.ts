/** What was removed, and what it cost. Names are those of the JSON. */
export interface PruneReport {
  readonly method: string;
  readonly removed: SparseReport | SmallerReport;
  /** Of the held-out tokens; absent where there are none. */
  readonly perplexity?: { readonly tokens: number; readonly before: number; readonly after: number };
}

export interface SparseReport {
  readonly sparsity: number | string;
  readonly tensors: number;
  readonly values: number;
  readonly zeros_before: number;
  readonly zeros: number;
}

export interface SmallerReport {
  readonly layers: readonly number[];
  /** Of each layer. */
  readonly channels: number;
  readonly heads: number;
  readonly block_influence: readonly number[];
  readonly parameters_before: number;
  readonly parameters: number;
  readonly bytes_before: number;
  readonly bytes: number;
}

/** The report as lines. */
export function reportAsText(output: string, { method, removed, perplexity: loss }: PruneReport): string {
  const lines: string[] = [];
  if ("zeros" in removed) {
    const { zeros, zeros_before: before, values, tensors } = removed;
    const share = ((100 * zeros) / values).toFixed(2);
    lines.push(
      `${zeros} of ${values} weights in ${tensors} matrices are zero (${share} %; before: ${before}), by ${method}`,
    );
  } else {
    const { layers, channels, heads } = removed;
    const millions = (count: number) => (count / 1e6).toFixed(1);
    const parts = [
      layers.length > 0 && `layers ${layers.join(", ")}`,
      channels > 0 && `${channels} channels of each layer`,
      heads > 0 && `${heads} heads of each layer`,
    ].filter((part) => part !== false);
    lines.push(`removed: ${parts.join("; ")}`);
    lines.push(`parameters: ${millions(removed.parameters_before)} -> ${millions(removed.parameters)} million`);
    lines.push(`tensors: ${millions(removed.bytes_before)} -> ${millions(removed.bytes)} MB`);
  }
  if (loss !== undefined) {
    const { tokens, before, after } = loss;
    lines.push(`perplexity on ${tokens} held-out tokens: ${before.toFixed(4)} -> ${after.toFixed(4)}`);
  }
  return `${output}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
