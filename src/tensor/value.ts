import type { Dtype } from "./dtype.ts";

/**
 * A value of the forward pass: a row of `columns` numbers per token. The reference keeps its numbers in it; the
 * recorder a place in the plan. The model code does not look inside, so it runs on either.
 */
export interface Value {
  readonly columns: number;
}

/** A weight by its GGUF name: `rows` rows of `columns` numbers (a vector is one row). */
export interface Weight {
  readonly name: string;
  readonly dtype: Dtype;
  readonly rows: number;
  readonly columns: number;
}
