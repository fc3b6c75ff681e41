/** Beyond this length some engines would not make a plain array at once. */
const maxPlain = 1 << 24;

/** A growing list of 32-bit integers. An array of numbers would be looked through by the garbage collector again and again. */
export class IntList {
  /** Those from `length` on are none. Replaced as the list grows. */
  values: Int32Array;
  length = 0;

  constructor(capacity = 1024) {
    this.values = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  toArray(): number[] {
    const { values, length } = this;
    const array = new Array<number>(Math.min(length, maxPlain));
    for (let i = 0; i < array.length; i++) array[i] = values[i]!;
    for (let i = maxPlain; i < length; i++) array.push(values[i]);
    return array;
  }
}
