/** A tensor that training changes, and where it lies among all of them. */
export interface Parameter {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Its first number, counted from the first of all parameters; the same place in gradients and moments. */
  readonly at: number;
  /** Weight decay is for matrices only. */
  readonly decays: boolean;
}

/** Parameters begin at multiples of so many numbers, a line of the cache. */
export const parameterUnit = 16;

/** Numbers of a parameter with the gap after it. */
export function roomOf({ rows, columns }: { readonly rows: number; readonly columns: number }): number {
  return Math.ceil((rows * columns) / parameterUnit) * parameterUnit;
}

/** The name of the matrix that takes a hint's residual to the teacher's width. It is trained, and no part of the model. */
export function hintWeight(index: number): string {
  return `hint.${index}.weight`;
}
