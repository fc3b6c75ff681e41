import type { PlacedOperation, PlacedPart, PlacedPlan, PlacedRotary, RunHeader, Slot } from "./placed.ts";
import { control } from "./control.ts";
import type { PlanKernels } from "./plan-kernels.ts";

/** The columns or heads, from `start` up to `end`, that a thread computes. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Rows of a product go to threads in so many at a time: a group of 8-bit activations, and eight bands of four. */
const rowUnit = 32;

/**
 * One thread's way through a plan. Every thread has a walker over the same memories; the caller has them meet where the
 * plan says so. What a thread computes is decided by its number alone, and no result depends on it.
 */
export class Walker {
  private readonly plan: PlacedPlan;
  private readonly kernels: readonly PlanKernels[];
  private readonly words: Int32Array;
  private readonly thread: number;
  private tokens = 0;
  private outputs = 0;
  private watched = false;

  constructor(plan: PlacedPlan, kernels: readonly PlanKernels[], words: Int32Array, thread: number) {
    this.plan = plan;
    this.kernels = kernels;
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
    const { meeting } = this.plan.operations[i]!;
    return meeting === "always" || (meeting === "batch" && !this.single);
  }

  /** Computes this thread's part of operation `i`. */
  step(i: number): void {
    const operation = this.plan.operations[i]!;
    switch (operation.kind) {
      case "embed":
        return this.embed(operation);
      case "outputs":
      case "copy":
        return this.copyRows(operation);
      case "quantize":
        return this.eachRow(operation.out, (row) => {
          const { x, out } = operation;
          this.kernels[operation.arena]!.quantize(this.at(x, row), x.columns, this.at(out, row));
        });
      case "rmsNorm":
        return this.eachRow(operation.out, (row) => {
          const { x, weight, length, epsilon, out } = operation;
          const kernels = this.kernels[operation.arena]!;
          kernels.rmsNorm(this.at(x, row), weight, x.columns / length, length, epsilon, this.at(out, row));
        });
      case "products":
        return this.products(operation);
      case "swiglu":
        return this.eachPart(operation.out, rowUnit, (row, { start, end }) => {
          const { gate, up, out } = operation;
          const [g, u, o] = [this.at(gate, row, start), this.at(up, row, start), this.at(out, row, start)];
          this.kernels[operation.arena]!.swiglu(g, u, o, end - start);
        });
      case "add":
        return this.eachPart(operation.out, rowUnit, (row, { start, end }) => {
          const { a, b, out } = operation;
          const [x, y, o] = [this.at(a, row, start), this.at(b, row, start), this.at(out, row, start)];
          this.kernels[operation.arena]!.add(x, y, o, end - start);
        });
      case "rope":
        return this.eachPart(operation.out, operation.rotary.headLength, (row, range) => {
          this.rotate(operation.arena, operation.x, operation.out, operation.rotary, row, range);
        });
      case "store":
        return this.store(operation);
      case "attend":
        return this.attend(operation);
    }
  }

  private get single(): boolean {
    return this.tokens === 1;
  }

  private rowsOf({ rows }: Slot): number {
    return rows === "tokens" ? this.tokens : this.outputs;
  }

  /** The address of a number of a value. */
  at({ shared, own, ownStride, rowBytes }: Slot, row: number, column = 0): number {
    const start = this.single && own !== 0 ? own + this.thread * ownStride : shared + row * rowBytes;
    return start + 4 * column;
  }

  /** This thread's part of `total` columns, in whole `unit`s. */
  private part(total: number, unit: number): Range {
    const units = Math.ceil(total / unit);
    const { threads } = this.plan;
    const start = Math.floor((units * this.thread) / threads) * unit;
    const end = Math.floor((units * (this.thread + 1)) / threads) * unit;
    return { start: Math.min(start, total), end: Math.min(end, total) };
  }

  /** Whole rows: a single one by every thread for itself, several each by one thread. */
  private eachRow(out: Slot, compute: (row: number) => void): void {
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

  private embed({ arena, kernel, weight, out }: Extract<PlacedOperation, { kind: "embed" }>): void {
    const { i32 } = this.kernels[arena]!;
    const { tokens, scratch, scratchStride } = this.header(arena);
    const own = scratch + this.thread * scratchStride;
    this.eachRow(out, (row) => {
      this.kernels[arena]!.unpackRow(kernel, weight, out.columns, i32[tokens / 4 + row]!, this.at(out, row), own);
    });
  }

  /** Copies rows: those whose logits are wanted, or all of them to another memory. */
  private copyRows({ kind, arena, x, out }: Extract<PlacedOperation, { kind: "outputs" | "copy" | "quantize" }>): void {
    const [from, to] = [this.kernels[x.arena]!.u8, this.kernels[arena]!.u8];
    const outputs = this.header(arena).outputs / 4;
    this.eachRow(out, (row) => {
      const source = this.at(x, kind === "outputs" ? this.kernels[arena]!.i32[outputs + row]! : row);
      to.set(from.subarray(source, source + x.rowBytes), this.at(out, row));
    });
  }

  /** The parts' rows, one after the other, are cut among the threads as if they were one matrix. */
  private products(operation: Extract<PlacedOperation, { kind: "products" }>): void {
    const { arena, parts, then } = operation;
    if (this.rowsOf(parts[0]!.out) === 0) return;
    if (then?.kind === "swiglu") {
      // A row of the gate goes with the same row of up, so both are cut alike.
      const range = this.part(parts[0]!.rows, rowUnit);
      for (const part of parts) this.product(operation, part, range);
      this.follow(then.out, range, (row, { start, end }) => {
        const [g, u] = [this.at(parts[0]!.out, row, start), this.at(parts[1]!.out, row, start)];
        this.kernels[arena]!.swiglu(g, u, this.at(then.out, row, start), end - start);
      });
      return;
    }
    let first = 0;
    const all = this.part(
      parts.reduce((sum, { rows }) => sum + rows, 0),
      rowUnit,
    );
    for (const part of parts) {
      const start = Math.max(0, all.start - first);
      const end = Math.min(part.rows, all.end - first);
      if (start < end) this.product(operation, part, { start, end });
      first += part.rows;
    }
    if (then?.kind === "add") {
      this.follow(then.out, all, (row, { start, end }) => {
        const [x, y] = [this.at(then.other, row, start), this.at(parts[0]!.out, row, start)];
        this.kernels[arena]!.add(x, y, this.at(then.out, row, start), end - start);
      });
    }
  }

  private follow(out: Slot, range: Range, compute: (row: number, range: Range) => void): void {
    if (range.start === range.end) return;
    for (let row = 0; row < this.rowsOf(out); row++) compute(row, range);
  }

  private product(
    { arena, x, quantized }: Extract<PlacedOperation, { kind: "products" }>,
    { kernel, weight, integers, out, scale, bias, outputScale }: PlacedPart,
    { start, end }: Range,
  ): void {
    const kernels = this.kernels[arena]!;
    const rows = this.rowsOf(out);
    const input = this.at(integers ? quantized! : x, 0);
    const { scratch, scratchStride } = this.header(arena);
    const own = scratch + this.thread * scratchStride;
    kernels.product(kernel, integers, weight, x.columns, input, rows, out.shared, out.columns, start, end, own);
    for (let row = 0; row < rows; row++) {
      const at = this.at(out, row, start);
      if (scale !== 1) kernels.scale(at, scale, at, end - start);
      if (bias !== 0) kernels.add(at, bias + 4 * start, at, end - start);
      if (outputScale !== 1) kernels.scale(at, outputScale, at, end - start);
    }
  }

  private rotate(arena: number, x: Slot, out: Slot, rotary: PlacedRotary, row: number, { start, end }: Range): void {
    const { headLength, rotaryLength, pairing, table } = rotary;
    const { cos, sin, pairs } = this.header(arena).angles[table]!;
    const [from, to] = [this.at(x, row, start), this.at(out, row, start)];
    const heads = (end - start) / headLength;
    const [c, s] = [cos + 4 * pairs * row, sin + 4 * pairs * row];
    this.kernels[arena]!.rope(from, heads, headLength, rotaryLength, pairing, c, s, to);
  }

  /**
   * Rotates queries and keys, and puts keys and values into the cache. One token: each thread does the heads that it
   * will attend with, so a key-value head may be stored twice, the same bytes both times. Several: cut by tokens.
   */
  private store(operation: Extract<PlacedOperation, { kind: "store" }>): void {
    const { arena, options, rotate } = operation;
    const { heads, kvHeads, keyLength, valueLength } = options;
    const range = this.single ? this.part(heads, 1) : { start: 0, end: heads };
    if (range.start === range.end) return;
    const group = heads / kvHeads;
    const kv = { start: Math.floor(range.start / group), end: Math.ceil(range.end / group) };
    const step = this.single ? 1 : this.plan.threads;
    for (let row = this.single ? 0 : this.thread; row < this.tokens; row += step) {
      if (rotate !== undefined) {
        const columns = ({ start, end }: Range) => ({ start: start * keyLength, end: end * keyLength });
        this.rotate(arena, operation.query, operation.rotatedQuery, rotate.query, row, columns(range));
        this.rotate(arena, operation.key, operation.rotatedKey, rotate.key, row, columns(kv));
      }
      const [key, value] = [this.at(operation.rotatedKey, row), this.at(operation.value, row)];
      const [page, position] = [this.page(arena, row), this.position(arena, row)];
      const place = page + this.plan.pageOffsets[options.layer]!;
      this.kernels[arena]!.store(key, value, place, position, kv.start, kv.end, kvHeads, keyLength, valueLength);
    }
  }

  /** One token: cut by heads. Several: every thread takes every so-many-th, since later ones see more positions. */
  private attend({ arena, options, query, out }: Extract<PlacedOperation, { kind: "attend" }>): void {
    const { heads, layer } = options;
    const pageOffset = this.plan.pageOffsets[layer]!;
    const range = this.single ? this.part(heads, 1) : { start: 0, end: heads };
    if (range.start === range.end) return;
    const { scratch, scratchStride, pageTables } = this.header(arena);
    const own = scratch + this.thread * scratchStride;
    const step = this.single ? 1 : this.plan.threads;
    for (let row = this.single ? 0 : this.thread; row < this.tokens; row += step) {
      const table = this.kernels[arena]!.i32[pageTables / 4 + row]! >>> 0;
      const [q, o, position] = [this.at(query, row), this.at(out, row), this.position(arena, row)];
      this.kernels[arena]!.attend(q, table, pageOffset, position, range.start, range.end, options, o, own);
    }
  }

  private position(arena: number, row: number): number {
    return this.kernels[arena]!.i32[this.header(arena).positions / 4 + row]!;
  }

  /** The address of the page that holds the token's position. */
  private page(arena: number, row: number): number {
    const { i32 } = this.kernels[arena]!;
    const table = i32[this.header(arena).pageTables / 4 + row]! >>> 0;
    return i32[table / 4 + Math.floor(this.position(arena, row) / 64)]! >>> 0;
  }

  private header(arena: number): RunHeader {
    return this.plan.headers[arena]!;
  }
}
