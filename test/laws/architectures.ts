import { bytesSource, openGguf } from "../../src/gguf/index.ts";
import { Context, loadModelInto } from "../../src/model/index.ts";
import { createWasmBackend } from "../../src/plan/index.ts";
import { type Backend, type Precision, createReferenceBackend } from "../../src/tensor/index.ts";
import { equalBits } from "./bits.ts";

export interface PlanLawOptions {
  readonly tokens: readonly number[];
  readonly precision: Precision;
  /** Numbers of threads to try. */
  readonly threads: readonly number[];
  /** The first so many tokens are computed in two chunks, the others one by one. */
  readonly prompt: number;
}

/** Where a plan departed from the reference, or took its help. */
export interface PlanLawResult {
  /** The numbers of threads with which logits differ. */
  readonly differing: readonly number[];
  /** The operations of the plan that the reference computes. */
  readonly others: readonly string[];
}

/** The law of plans: whatever the architecture and the number of threads, the logits are the reference's, bit for bit. */
export async function planLaw(gguf: Uint8Array, options: PlanLawOptions): Promise<PlanLawResult> {
  const { precision } = options;
  const reference = await logitsOf(createReferenceBackend(precision), gguf, options.tokens, [options.tokens.length]);
  const others = new Set<string>();
  const differing: number[] = [];
  for (const threads of options.threads) {
    const half = Math.ceil(options.prompt / 2);
    const chunks = [half, options.prompt - half, ...Array<number>(options.tokens.length - options.prompt).fill(1)];
    const backend = await createWasmBackend({ precision, threads });
    const { logits, replayed } = await logitsOf(backend, gguf, options.tokens, chunks);
    if (!equalBits(logits, reference.logits)) differing.push(threads);
    for (const operation of replayed) others.add(operation);
  }
  return { differing, others: [...others] };
}

async function logitsOf(backend: Backend, bytes: Uint8Array, tokens: readonly number[], chunks: readonly number[]) {
  const gguf = await openGguf(bytesSource(bytes));
  try {
    const model = await loadModelInto(backend, gguf);
    const context = new Context(model);
    const parts: Float32Array[] = [];
    let start = 0;
    for (const chunk of chunks) {
      parts.push(await context.forward(tokens.slice(start, start + chunk)));
      start += chunk;
    }
    const lines = model.program.explain?.().lines ?? [];
    const replayed = lines.filter(({ detail }) => detail.includes("by the reference"));
    return {
      logits: Float32Array.from(parts.flatMap((part) => [...part])),
      replayed: replayed.map(({ operation }) => operation),
    };
  } finally {
    await backend.close();
    await gguf.close();
  }
}
