/** A hash table from pairs of symbol numbers to a small number; open addressing in typed arrays. */
export class PairTable {
  #left: Int32Array;
  #right: Int32Array;
  #values: Int32Array;
  #mask: number;
  #size = 0;

  /** `expected` is how many pairs there will be; more may come. */
  constructor(expected: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)));
    this.#mask = capacity - 1;
    this.#left = new Int32Array(capacity).fill(-1);
    this.#right = new Int32Array(capacity);
    this.#values = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** −1: not there. */
  get(left: number, right: number): number {
    const lefts = this.#left;
    const mask = this.#mask;
    for (let at = hash(left, right) & mask; ; at = (at + 1) & mask) {
      const found = lefts[at];
      if (found === left && this.#right[at] === right) return this.#values[at];
      if (found === -1) return -1;
    }
  }

  /** Both numbers at least 0. Keeps the value of a pair that is there already. */
  add(left: number, right: number, value: number): void {
    if (this.#size * 2 > this.#mask) this.#grow();
    const mask = this.#mask;
    let at = hash(left, right) & mask;
    while (this.#left[at] !== -1) {
      if (this.#left[at] === left && this.#right[at] === right) return;
      at = (at + 1) & mask;
    }
    this.#left[at] = left;
    this.#right[at] = right;
    this.#values[at] = value;
    this.#size++;
  }

  #grow(): void {
    const [left, right, values] = [this.#left, this.#right, this.#values];
    const capacity = left.length * 2;
    this.#mask = capacity - 1;
    this.#left = new Int32Array(capacity).fill(-1);
    this.#right = new Int32Array(capacity);
    this.#values = new Int32Array(capacity);
    this.#size = 0;
    for (let i = 0; i < left.length; i++) if (left[i] !== -1) this.add(left[i], right[i], values[i]);
  }
}

function hash(left: number, right: number): number {
  let mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
