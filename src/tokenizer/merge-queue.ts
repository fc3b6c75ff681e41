import { IntList } from "./int-list.ts";

/**
 * Which merge comes next: the lowest rank, then the leftmost place. Merges of one rank mostly arrive from left to
 * right, so each rank has a plain queue, and only ranks are kept in a heap; the few that arrive out of order go to a
 * second heap. So a text of one repeated letter takes linear time, and nothing takes more than O(n log n).
 */
export class MergeQueue {
  readonly #ranks = new MinHeap();
  readonly #places = new Map<number, Queue>();
  readonly #strays = new MinHeap();
  /** The queue that was added to last: most additions go to the same as the one before. */
  #latest: Queue | undefined;
  /** Of the entry that `next` took out. */
  rank = 0;
  place = 0;

  /** `rank` below 2^22, `place` below 2^31: together an exact double. */
  add(rank: number, place: number): void {
    let queue = this.#latest;
    if (queue?.rank !== rank) {
      queue = this.#places.get(rank);
      if (queue === undefined) this.#places.set(rank, (queue = { rank, places: new IntList(8), head: 0 }));
      this.#latest = queue;
    }
    const { places, head } = queue;
    if (head === places.length) {
      places.length = 0;
      queue.head = 0;
      places.push(place);
      this.#ranks.add(rank);
    } else if (place >= places.values[places.length - 1]) {
      places.push(place);
    } else {
      this.#strays.add(rank * placeLimit + place);
    }
  }

  /** Takes the first entry out and says whether there was one. */
  next(): boolean {
    const rank = this.#ranks.first;
    const stray = this.#strays.first;
    const queue = rank === undefined ? undefined : this.#places.get(rank)!;
    if (queue === undefined || (stray !== undefined && stray < rank! * placeLimit + queue.places.values[queue.head])) {
      if (stray === undefined) return false;
      this.#strays.removeFirst();
      this.rank = Math.floor(stray / placeLimit);
      this.place = stray % placeLimit;
      return true;
    }
    this.rank = rank!;
    this.place = queue.places.values[queue.head++]!;
    if (queue.head === queue.places.length) this.#ranks.removeFirst();
    return true;
  }
}

const placeLimit = 2 ** 31;

interface Queue {
  rank: number;
  places: IntList;
  head: number;
}

/** A binary heap of numbers. */
class MinHeap {
  readonly #items: number[] = [];

  get first(): number | undefined {
    return this.#items[0];
  }

  add(item: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent] <= item) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  removeFirst(): void {
    const items = this.#items;
    const item = items.pop()!;
    const length = items.length;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && items[child + 1] < items[child]) child++;
      if (items[child] >= item) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}
