import type { PlacedOperation, PlacedPart, PlacedPlan, RunHeader, Slot } from "./placed.ts";
import { control } from "./control.ts";
import type { Walk } from "./walk.ts";
import { rotate, walkAttend, walkMergeSpans, walkStore } from "./walk-attention.ts";
import { walkExpertProducts, walkExpertSums, walkHeadProducts } from "./walk-experts.ts";
import { applyUnary, walkStep } from "./walk-step.ts";
import type { Workspace } from "./workspace.ts";

/** Rows and columns go to threads in so many at a time: four bands of a packed weight, a cache line of results. */
const rowUnit = 16;

/**
 * One thread's way through a plan. Every thread has a walker over the same memories; the caller has them meet where the
 * plan says so. What a thread computes is decided by its number alone, and no result depends on it.
 */
export class Walker implements Walk {
  readonly plan: PlacedPlan;
  private readonly spaces: readonly Workspace[];
  private readonly words: Int32Array;
  readonly thread: number;
  /** Computes an operation without a kernel, on the main thread. */
  private readonly onOther: ((operation: number) => void) | undefined;
  private tokens = 0;
  private outputs = 0;
  private watched = false;

  constructor(
    plan: PlacedPlan,
    spaces: readonly Workspace[],
    words: Int32Array,
    thread: number,
    onOther?: (operation: number) => void,
  ) {
    this.onOther = onOther;
    this.plan = plan;
    this.spaces = spaces;
    this.thread = thread;
    this.words = words;
  }

  /** Reads how many tokens and outputs this run has, and how it reads memory. */
  begin(): void {
    this.tokens = Atomics.load(this.words, control.tokens);
    this.outputs = Atomics.load(this.words, control.outputs);
    this.watched = Atomics.load(this.words, control.watched) !== 0;
    const streams = Atomics.load(this.words, control.streams);
    for (const { kernels } of this.spaces) kernels.useStreams(streams);
  }

  /** The whole way, for a thread that may block. `meet` returns when all threads have called it as often. */
  walk(meet: () => void): void {
    this.begin();
    for (let i = 0; i < this.plan.operations.length; i++) {
      if (this.meetsBefore(i)) meet();
      this.step(i);
      if (this.watched) {
        meet();
        meet();
      }
    }
    meet();
  }

  /** Whether the threads must meet before operation `i`. */
  meetsBefore(i: number): boolean {
    const { meeting } = this.plan.operations[i];
    return meeting === "always" || (meeting === "batch" && !this.single);
  }

  /** Computes this thread's part of operation `i`. */
  step(i: number): void {
    if (Atomics.load(this.words, control.abandoned) !== 0) return;
    const operation = this.plan.operations[i];
    const { kernels } = this.spaces[operation.arena];
    switch (operation.kind) {
      case "embed": {
        this.embed(operation);
        return;
      }
      case "outputs":
      case "copy": {
        this.copyRows(operation);
        return;
      }
      case "quantize": {
        const { x, out } = operation;
        for (let row = this.firstRow; row < this.rowsOf(out); row += this.rowStep) {
          kernels.quantizeActivation(this.at(x, row), x.columns, 1, x.columns, this.at(out, row));
        }
        return;
      }
      case "rmsNorm": {
        const { x, weight, length, epsilon, out } = operation;
        const segments = x.columns / length;
        for (let row = this.firstRow; row < this.rowsOf(out); row += this.rowStep) {
          kernels.rmsNorm(this.at(x, row), length, segments, weight, length, epsilon, this.at(out, row), length);
        }
        return;
      }
      case "products": {
        this.products(operation);
        return;
      }
      case "step": {
        for (let row = this.firstRow; row < this.rowsOf(operation.out); row += this.rowStep) {
          walkStep(this, operation, row);
        }
        return;
      }
      case "other": {
        this.onOther?.(i);
        return;
      }
      case "headProducts": {
        walkHeadProducts(this, operation);
        return;
      }
      case "expertProducts": {
        walkExpertProducts(this, operation);
        return;
      }
      case "expertSums": {
        walkExpertSums(this, operation);
        return;
      }
      case "swiglu": {
        const { gate, up, out } = operation;
        const start = this.partStart(out.columns, rowUnit);
        const n = this.partEnd(out.columns, rowUnit) - start;
        if (n === 0) return;
        for (let row = 0; row < this.rowsOf(out); row++) {
          kernels.swiglu(this.at(gate, row, start), n, this.at(up, row, start), n, 1, n, this.at(out, row, start), n);
        }
        return;
      }
      case "add": {
        const { a, b, out } = operation;
        for (let row = this.firstRow; row < this.rowsOf(out); row += this.rowStep) {
          kernels.add(this.at(a, row), this.at(b, row), out.columns, this.at(out, row));
        }
        return;
      }
      case "rope": {
        const { arena, x, out, rotary } = operation;
        const start = this.partStart(out.columns, rotary.headLength);
        const end = this.partEnd(out.columns, rotary.headLength);
        if (start === end) return;
        for (let row = 0; row < this.rowsOf(out); row++) rotate(this, arena, x, out, rotary, row, start, end);
        return;
      }
      case "store": {
        walkStore(this, operation);
        return;
      }
      case "attend": {
        walkAttend(this, operation);
        return;
      }
      case "mergeSpans": {
        walkMergeSpans(this, operation);
        return;
      }
    }
  }

  get single(): boolean {
    return this.tokens === 1 && !this.watched;
  }

  space(arena: number): Workspace {
    return this.spaces[arena];
  }

  rowsOf({ rows }: Pick<Slot, "rows">): number {
    return rows === "tokens" ? this.tokens : this.outputs;
  }

  /** The address of a number of a value. */
  at({ shared, own, ownStride, rowBytes }: Slot, row: number, column = 0): number {
    const start = this.single && own !== 0 ? own + this.thread * ownStride : shared + row * rowBytes;
    return start + 4 * column;
  }

  partStart(total: number, unit: number): number {
    return this.cut(total, unit, this.thread);
  }

  partEnd(total: number, unit: number): number {
    return this.cut(total, unit, this.thread + 1);
  }

  /** Where the part of a thread begins. */
  private cut(total: number, unit: number, thread: number): number {
    const units = Math.ceil(total / unit);
    return Math.min(Math.floor((units * thread) / this.plan.threads) * unit, total);
  }

  get firstRow(): number {
    return this.single ? 0 : this.thread;
  }

  get rowStep(): number {
    return this.single ? 1 : this.plan.threads;
  }

  private embed({ arena, format, weight, out }: Extract<PlacedOperation, { kind: "embed" }>): void {
    const { kernels, i32 } = this.spaces[arena];
    const tokens = this.header(arena).tokens / 4;
    const scratch = this.scratch(arena);
    for (let row = this.firstRow; row < this.rowsOf(out); row += this.rowStep) {
      kernels.embed(format, weight, out.columns, i32[tokens + row], this.at(out, row), scratch);
    }
  }

  /** Copies rows: those whose logits are wanted, or all of them to another memory. */
  private copyRows({ kind, arena, x, out }: Extract<PlacedOperation, { kind: "outputs" | "copy" | "quantize" }>): void {
    const from = this.spaces[x.arena].u8;
    const { i32, u8: to } = this.spaces[arena];
    const outputs = this.header(arena).outputs / 4;
    for (let row = this.firstRow; row < this.rowsOf(out); row += this.rowStep) {
      const source = this.at(x, kind === "outputs" ? i32[outputs + row] : row);
      if (from === to) to.copyWithin(this.at(out, row), source, source + x.rowBytes);
      else to.set(from.subarray(source, source + x.rowBytes), this.at(out, row));
    }
  }

  /** Each part's rows are cut among the threads. */
  private products(operation: Extract<PlacedOperation, { kind: "products" }>): void {
    const { arena, parts, then } = operation;
    const { kernels } = this.spaces[arena];
    const first = parts[0];
    const rows = this.rowsOf(first.out);
    if (rows === 0) return;
    for (let i = 0; i < parts.length; i++) this.product(operation, parts[i]);
    if (then === undefined) return;
    // What follows reads the rows that this thread has just computed: of the gate and of up it did the same ones.
    const start = this.partStart(first.rows, rowUnit);
    const n = this.partEnd(first.rows, rowUnit) - start;
    if (n === 0) return;
    if (then.kind === "unary" || then.kind === "add") {
      for (let row = 0; row < rows; row++) {
        const x = this.at(first.out, row, start);
        const out = this.at(then.out, row, start);
        if (then.kind === "unary") applyUnary(kernels, then.step, x, n, out);
        else kernels.add(this.at(then.other, row, start), x, n, out);
      }
      return;
    }
    const up = parts[1].out;
    const g = this.at(first.out, 0, start);
    const u = this.at(up, 0, start);
    const o = this.at(then.out, 0, start);
    kernels[then.kind](g, first.out.columns, u, up.columns, rows, n, o, then.out.columns);
  }

  private product(
    { arena, x, quantized }: Extract<PlacedOperation, { kind: "products" }>,
    { kernel, format, weight, rows: all, out, scale, bias, outputScale }: PlacedPart,
  ): void {
    const start = this.partStart(all, rowUnit);
    const end = this.partEnd(all, rowUnit);
    if (start === end) return;
    const { kernels } = this.spaces[arena];
    const rows = this.rowsOf(out);
    const to = this.at(out, 0);
    const stride = out.columns;
    const scratch = this.scratch(arena);
    if (kernel !== undefined) {
      kernels[kernel](weight, x.columns, this.at(quantized!, 0), rows, to, stride, start, end, scratch);
    } else {
      kernels.matmulF32(format, weight, x.columns, this.at(x, 0), x.columns, rows, to, stride, start, end, scratch);
    }
    const length = end - start;
    for (let row = 0; row < rows; row++) {
      const at = this.at(out, row, start);
      if (scale !== 1) kernels.scale(at, scale, length, at);
      if (bias !== 0) kernels.add(at, bias + 4 * start, length, at);
      if (outputScale !== 1) kernels.scale(at, outputScale, length, at);
    }
  }

  header(arena: number): RunHeader {
    return this.plan.headers[arena];
  }

  scratch(arena: number): number {
    const { scratch, scratchStride } = this.header(arena);
    return scratch + this.thread * scratchStride;
  }
}
