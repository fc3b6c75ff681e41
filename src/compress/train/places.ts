import type { ValueRef } from "../../plan/index.ts";
import type { Gradient } from "./plan.ts";

/** Hands out places in a thread's memory: for values for ever, for gradients until they have been used. */
export class Places {
  readonly tokens: number;
  /** Numbers handed out. */
  room = 0;
  private readonly values = new Map<number, number>();
  private readonly gradients = new Map<number, number>();
  private readonly free = new Map<number, number[]>();

  constructor(tokens: number) {
    this.tokens = tokens;
  }

  /** Room for so many numbers, aligned to a line of the cache. */
  take(numbers: number): number {
    const at = this.room;
    this.room += Math.ceil(numbers / 16) * 16;
    return at;
  }

  value({ id, columns }: ValueRef): number {
    let at = this.values.get(id);
    if (at === undefined) this.values.set(id, (at = this.take(this.tokens * columns)));
    return at;
  }

  /** Lets a value share the place of another one. */
  alias({ id }: ValueRef, of: ValueRef): void {
    this.values.set(id, this.value(of));
  }

  /** The place of a value's gradient, which another operation has filled. */
  filled({ id }: ValueRef): number | undefined {
    return this.gradients.get(id);
  }

  /** Where the next part of a value's gradient goes. */
  gradient(value: ValueRef): Gradient {
    const there = this.gradients.get(value.id);
    if (there !== undefined) return { at: there, add: true };
    const at = this.free.get(value.columns)?.pop() ?? this.take(this.tokens * value.columns);
    this.gradients.set(value.id, at);
    return { at, add: false };
  }

  /** A gradient becomes that of another value, at the same place. */
  move(from: ValueRef, to: ValueRef): void {
    this.gradients.set(to.id, this.gradients.get(from.id)!);
    this.gradients.delete(from.id);
  }

  /** Sets where a gradient will be found. */
  put(value: ValueRef, at: number): void {
    this.gradients.set(value.id, at);
  }

  /** Nobody needs the gradient any more. */
  release({ id, columns }: ValueRef): void {
    const at = this.gradients.get(id);
    if (at === undefined) return;
    this.gradients.delete(id);
    this.free.set(columns, [...(this.free.get(columns) ?? []), at]);
  }
}
