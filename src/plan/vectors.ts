import { ModelError } from "../errors.ts";
import { vector } from "../tensor/index.ts";
import type { Arena } from "./arena.ts";
import type { WasmWeight } from "./wasm-weight.ts";

/**
 * Places of vectors in any memory: where they were loaded, or copies made as they are asked for. Vectors are small, and
 * what they go with may lie elsewhere.
 */
export class Vectors {
  private readonly arenas: readonly Arena[];
  private readonly copies = new Map<object, Map<number, number>>();

  constructor(arenas: readonly Arena[]) {
    this.arenas = arenas;
  }

  /**
   * The address of a vector's numbers in memory `arena`.
   * @throws ModelError `NO_FAST_KERNEL` for a weight that was packed as a matrix
   */
  weight(weight: WasmWeight, arena: number): number {
    if (weight.bytes === undefined) {
      const { name } = weight;
      throw new ModelError("NO_FAST_KERNEL", `tensor "${name}" was packed as a matrix: use the reference kernels`);
    }
    return weight.arena === arena ? weight.address : this.place(weight, arena, () => vector(weight));
  }

  /** The address of a copy of some numbers in memory `arena`. */
  numbers(numbers: Float32Array, arena: number): number {
    return this.place(numbers, arena, () => numbers);
  }

  private place(key: object, arena: number, numbers: () => Float32Array): number {
    const places = this.copies.get(key) ?? new Map<number, number>();
    this.copies.set(key, places);
    let address = places.get(arena);
    if (address === undefined) {
      const data = numbers();
      address = this.arenas[arena].allocate(data.byteLength);
      this.arenas[arena].f32.set(data, address / 4);
      places.set(arena, address);
    }
    return address;
  }
}
