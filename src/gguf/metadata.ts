import { GgufError } from "../errors.ts";
import type { MetadataValue } from "./value-types.ts";

/** The numbers of an array, as the typed array of the file where a JavaScript number can be read from it. */
export type Numbers = ArrayLike<number> & Iterable<number>;

/**
 * The key-value pairs of a GGUF file, in the file's order. `get` gives a value with its exact type; the other accessors
 * give what a program wants, and an error that names the key when it is missing or of another kind.
 */
export class Metadata implements Iterable<[key: string, value: MetadataValue]> {
  readonly #values: ReadonlyMap<string, MetadataValue>;

  /** @throws GgufError `DUPLICATE_KEY` */
  constructor(entries: Iterable<readonly [key: string, value: MetadataValue]> = []) {
    const values = new Map<string, MetadataValue>();
    for (const [key, value] of entries) {
      if (values.has(key)) throw new GgufError("DUPLICATE_KEY", `metadata key ${JSON.stringify(key)} is there twice`);
      values.set(key, value);
    }
    this.#values = values;
  }

  get size(): number {
    return this.#values.size;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** The value with its type, or undefined. */
  get(key: string): MetadataValue | undefined {
    return this.#values.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  [Symbol.iterator](): IterableIterator<[key: string, value: MetadataValue]> {
    return this.#values.entries();
  }

  /** @throws GgufError `MISSING_KEY` (unless there is a default), `WRONG_TYPE` */
  string(key: string, fallback?: string): string {
    return this.#read(key, fallback, "a string", (found) => (found.type === "string" ? found.value : undefined));
  }

  /** @throws GgufError `MISSING_KEY` (unless there is a default), `WRONG_TYPE` */
  boolean(key: string, fallback?: boolean): boolean {
    return this.#read(key, fallback, "a boolean", (found) => (found.type === "bool" ? found.value : undefined));
  }

  /**
   * A number of any numeric type.
   * @throws GgufError `MISSING_KEY` (unless there is a default), `WRONG_TYPE`, `UNSAFE_INTEGER` where a 64-bit integer
   * is no exact JavaScript number
   */
  number(key: string, fallback?: number): number {
    return this.#read(key, fallback, "a number", ({ value }) => {
      if (typeof value === "bigint") return safe(key, value);
      return typeof value === "number" ? value : undefined;
    });
  }

  /** @throws GgufError `MISSING_KEY` (unless there is a default), `WRONG_TYPE` */
  strings(key: string, fallback?: readonly string[]): readonly string[] {
    return this.#read(key, fallback, "an array of strings", (found) =>
      found.type === "array" && found.elementType === "string" ? found.value : undefined,
    );
  }

  /**
   * An array of numbers of any numeric type.
   * @throws GgufError `MISSING_KEY` (unless there is a default), `WRONG_TYPE`, `UNSAFE_INTEGER`
   */
  numbers(key: string, fallback?: Numbers): Numbers {
    return this.#read(key, fallback, "an array of numbers", (found): Numbers | undefined => {
      if (found.type !== "array") return undefined;
      switch (found.elementType) {
        case "string":
        case "array":
        case "bool":
          return undefined;
        case "uint64":
        case "int64":
          return Array.from(found.value, (value) => safe(key, value));
        default:
          return found.value;
      }
    });
  }

  #read<T>(key: string, fallback: T | undefined, kind: string, pick: (found: MetadataValue) => T | undefined): T {
    const found = this.#values.get(key);
    if (found === undefined) {
      if (fallback !== undefined) return fallback;
      throw new GgufError("MISSING_KEY", `the metadata have no key "${key}"`);
    }
    const value = pick(found);
    if (value !== undefined) return value;
    const type = found.type === "array" ? `an array of ${found.elementType}` : `of type ${found.type}`;
    throw new GgufError("WRONG_TYPE", `metadata key "${key}" is ${type}, expected ${kind}`);
  }
}

function safe(key: string, value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new GgufError("UNSAFE_INTEGER", `metadata key "${key}" holds ${value}, more than a number can hold exactly`);
}
