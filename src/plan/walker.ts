import type { PlacedOperation, PlacedPart, PlacedPlan, RunHeader, Slot } from "./placed.ts";
import { control } from "./control.ts";
import type { Range, Walk } from "./walk.ts";
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

  /** Reads how many tokens and outputs this run has. */
  begin(): void {
    this.tokens = Atomics.load(this.words, control.tokens);
    this.outputs = Atomics.load(this.words, control.outputs);
    this.watched = Atomics.load(this.words, control.watched) !== 0;
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
        this.eachRow(operation.out, (row) => {
          const { x, out } = operation;
          kernels.quantizeActivation(this.at(x, row), x.columns, 1, x.columns, this.at(out, row));
        });
        return;
      }
      case "rmsNorm": {
        this.eachRow(operation.out, (row) => {
          const { x, weight, length, epsilon, out } = operation;
          const segments = x.columns / length;
          kernels.rmsNorm(this.at(x, row), length, segments, weight, length, epsilon, this.at(out, row), length);
        });
        return;
      }
      case "products": {
        this.products(operation);
        return;
      }
      case "step": {
        this.eachRow(operation.out, (row) => {
          walkStep(this, operation, row);
        });
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
        this.eachPart(operation.out, rowUnit, (row, { start, end }) => {
          const { gate, up, out } = operation;
          const [g, u, n] = [this.at(gate, row, start), this.at(up, row, start), end - start];
          kernels.swiglu(g, n, u, n, 1, n, this.at(out, row, start), n);
        });
        return;
      }
      case "add": {
        this.eachRow(operation.out, (row) => {
          const { a, b, out } = operation;
          kernels.add(this.at(a, row), this.at(b, row), out.columns, this.at(out, row));
        });
        return;
      }
      case "rope": {
        this.eachPart(operation.out, operation.rotary.headLength, (row, range) => {
          rotate(this, operation.arena, operation.x, operation.out, operation.rotary, row, range);
        });
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

  /** This thread's part of `total` columns, in whole `unit`s. */
  part(total: number, unit: number): Range {
    const units = Math.ceil(total / unit);
    const { threads } = this.plan;
    const start = Math.floor((units * this.thread) / threads) * unit;
    const end = Math.floor((units * (this.thread + 1)) / threads) * unit;
    return { start: Math.min(start, total), end: Math.min(end, total) };
  }

  /** Whole rows: a single one by every thread for itself, several each by one thread. */
  eachRow(out: Slot, compute: (row: number) => void): void {
    const rows = this.rowsOf(out);
    const step = this.single ? 1 : this.plan.threads;
    for (let row = this.single ? 0 : this.thread; row < rows; row += step) compute(row);
  }

  /** A part of the columns of every row. */
  private eachPart(out: Slot, unit: number, compute: (row: number, range: Range) => void): void {
    const range = this.part(out.columns, unit);
    if (range.start === range.end) return;
    for (let row = 0; row < this.rowsOf(out); row++) compute(row, range);
  }

  private embed({ arena, format, weight, out }: Extract<PlacedOperation, { kind: "embed" }>): void {
    const { kernels, i32 } = this.spaces[arena];
    const tokens = this.header(arena).tokens / 4;
    const scratch = this.scratch(arena);
    this.eachRow(out, (row) => {
      kernels.embed(format, weight, out.columns, i32[tokens + row], this.at(out, row), scratch);
    });
  }

  /** Copies rows: those whose logits are wanted, or all of them to another memory. */
  private copyRows({ kind, arena, x, out }: Extract<PlacedOperation, { kind: "outputs" | "copy" | "quantize" }>): void {
    const [from, to] = [this.spaces[x.arena].u8, this.spaces[arena].u8];
    const { i32 } = this.spaces[arena];
    const outputs = this.header(arena).outputs / 4;
    this.eachRow(out, (row) => {
      const source = this.at(x, kind === "outputs" ? i32[outputs + row] : row);
      to.set(from.subarray(source, source + x.rowBytes), this.at(out, row));
    });
  }

  /** Each part's rows are cut among the threads. */
  private products(operation: Extract<PlacedOperation, { kind: "products" }>): void {
    const { arena, parts, then } = operation;
    const { kernels } = this.spaces[arena];
    const [first, second] = parts;
    const rows = this.rowsOf(first.out);
    if (rows === 0) return;
    for (const part of parts) {
      const range = this.part(part.rows, rowUnit);
      if (range.start < range.end) this.product(operation, part, range);
    }
    // What follows reads the rows that this thread has just computed: of the gate and of up it did the same ones.
    const range = this.part(first.rows, rowUnit);
    if (range.start === range.end) return;
    if (then?.kind === "swiglu" || then?.kind === "gegluHalf") {
      const [g, u, o] = [first.out, second.out, then.out].map((slot) => this.at(slot, 0, range.start));
      const [gs, us, os] = [first.out, second.out, then.out].map(({ columns }) => columns);
      kernels[then.kind](g, gs, u, us, rows, range.end - range.start, o, os);
    } else if (then?.kind === "unary") {
      for (let row = 0; row < rows; row++) {
        const [x, y] = [this.at(first.out, row, range.start), this.at(then.out, row, range.start)];
        applyUnary(kernels, then.step, x, range.end - range.start, y);
      }
    } else if (then?.kind === "add") {
      for (let row = 0; row < rows; row++) {
        const [x, y] = [this.at(then.other, row, range.start), this.at(first.out, row, range.start)];
        kernels.add(x, y, range.end - range.start, this.at(then.out, row, range.start));
      }
    }
  }

  private product(
    { arena, x, quantized }: Extract<PlacedOperation, { kind: "products" }>,
    { kernel, format, weight, out, scale, bias, outputScale }: PlacedPart,
    { start, end }: Range,
  ): void {
    const { kernels } = this.spaces[arena];
    const rows = this.rowsOf(out);
    const [to, stride, scratch] = [this.at(out, 0), out.columns, this.scratch(arena)];
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
