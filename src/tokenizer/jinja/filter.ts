import type { Value } from "./values.ts";

export interface FilterArguments {
  positional: Value[];
  named: Map<string, Value>;
  /** A JavaScript value as the engine's. */
  wrap: (value: unknown) => Value;
  /** The result of another filter, by its name. */
  apply: (filter: string, value: Value) => Value;
}

/** Gives the filtered value, or undefined to leave it to the engine. */
export type Filter = (operand: Value, args: FilterArguments) => Value | undefined;
