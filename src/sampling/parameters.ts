import { InvalidArgumentError } from "../errors.ts";

/** Reads a sampler's parameters from JSON, one by one, with errors that name sampler and parameter. */
export class Parameters {
  private readonly sampler: string;
  private readonly values: ReadonlyMap<string, unknown>;
  private readonly known = new Set<string>();

  constructor(sampler: string, values: unknown) {
    if (typeof values !== "object" || values === null || Array.isArray(values)) {
      throw new InvalidArgumentError(`the parameters of sampler ${sampler} must be an object, such as {"k": 40}`);
    }
    this.sampler = sampler;
    this.values = new Map(Object.entries(values));
  }

  /** A finite number; without a default it must be there. */
  number(name: string, otherwise?: number): number {
    const value = this.value(name, otherwise);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw this.wrong(name, "a number");
  }

  /** A whole number; without a default it must be there. */
  integer(name: string, otherwise?: number): number {
    const value = this.value(name, otherwise);
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw this.wrong(name, "a whole number");
  }

  /** A finite number, or undefined where it is not there. */
  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  /** A whole number, or undefined where it is not there. */
  optionalInteger(name: string): number | undefined {
    return this.has(name) ? this.integer(name) : undefined;
  }

  /** An array of token ids, or undefined where it is not there. */
  optionalTokens(name: string): number[] | undefined {
    if (!this.has(name)) return undefined;
    const value = this.value(name);
    if (Array.isArray(value) && value.every((token) => Number.isSafeInteger(token))) return value as number[];
    throw this.wrong(name, "an array of token ids");
  }

  /** An object of token ids and numbers, or an array of pairs of them. */
  bias(name: string): Map<number, number> {
    const value = this.value(name);
    const pairs: unknown[] = Array.isArray(value) ? value : Object.entries(value ?? {});
    const bias = new Map<number, number>();
    for (const pair of pairs) {
      const [token, added] = Array.isArray(pair) ? [Number(pair[0]), Number(pair[1])] : [NaN, NaN];
      if (!Number.isSafeInteger(token) || Number.isNaN(added)) throw this.wrong(name, 'like {"token id": number}');
      bias.set(token, added);
    }
    return bias;
  }

  /** An array of arrays of token ids. */
  sequences(name: string): number[][] {
    const value = this.value(name, []);
    const isSequence = (item: unknown): item is number[] => Array.isArray(item) && item.every(Number.isSafeInteger);
    if (Array.isArray(value) && value.every(isSequence)) return value;
    throw this.wrong(name, "an array of arrays of token ids");
  }

  /** To be called when all were read: complains about what is left. */
  end(): void {
    for (const name of this.values.keys()) {
      if (!this.known.has(name)) {
        const names = [...this.known].join(", ");
        throw new InvalidArgumentError(`sampler ${this.sampler} has no parameter "${name}"; it takes: ${names}`);
      }
    }
  }

  private has(name: string): boolean {
    this.known.add(name);
    return this.values.get(name) !== undefined;
  }

  private value(name: string, otherwise?: unknown): unknown {
    this.known.add(name);
    const value = this.values.get(name) ?? otherwise;
    if (value === undefined) throw new InvalidArgumentError(`sampler ${this.sampler} needs a parameter "${name}"`);
    return value;
  }

  private wrong(name: string, expected: string): InvalidArgumentError {
    const value = JSON.stringify(this.values.get(name));
    return new InvalidArgumentError(`sampler ${this.sampler}: "${name}" must be ${expected}, not ${value}`);
  }
}
