import type { Tensor } from "./tensor.ts";

/**
 * Intermediate values to be shown, by name (`layer.3.residual`) or pattern (`layer.*.attention.weights`; `*` stands
 * for anything without a dot). The function is called once per forward pass of a chunk of tokens.
 */
export type Taps = Readonly<Record<string, (tensor: Tensor, name: string) => void>>;

/** The functions that want the value called `name`. */
export function tapsOf(taps: Taps | undefined, name: string): ((tensor: Tensor, name: string) => void)[] {
  if (taps === undefined) return [];
  return Object.entries(taps)
    .filter(([pattern]) => matches(pattern, name))
    .map(([, show]) => show);
}

function matches(pattern: string, name: string): boolean {
  const wanted = pattern.split(".");
  const parts = name.split(".");
  return wanted.length === parts.length && wanted.every((part, i) => part === "*" || part === parts[i]);
}
