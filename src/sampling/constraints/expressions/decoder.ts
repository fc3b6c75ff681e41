import type { CodePointRanges } from "./code-points.ts";

/** How characters become bytes: as UTF-8, or as `JSON.stringify` writes them inside a string. */
export type Encoding = "utf8" | "json";

/**
 * A tree of bytes that ends at classes of characters: children[node][byte] is a node, −1 for no character, or −2 − class.
 * Node 0 is between characters.
 */
export interface Decoder {
  readonly children: readonly Int16Array[];
}

/** @param classes disjoint sets of code points, none of them surrogates */
export function decoderOf(classes: readonly CodePointRanges[], encoding: Encoding): Decoder {
  const { classAt, uniform } = lookUp(classes);
  const children: Int16Array[] = [];
  const shared = new Map<string, number>();
  const leaf = (one: number) => (one < 0 ? -1 : -2 - one);
  const add = (): number => children.push(new Int16Array(256).fill(-1)) - 1;

  /** What follows the first byte: `count` continuation bytes that write the code points from `base` on. */
  function continuation(count: number, base: number, least: number): number {
    const span = 64 ** count;
    const same = base >= least ? uniform(base, base + span - 1) : undefined;
    if (same === -1) return -1;
    const key = same === undefined ? `${count},${base},${least}` : `${count}=${same}`;
    const known = shared.get(key);
    if (known !== undefined) return known;
    const node = add();
    shared.set(key, node);
    for (let i = 0; i < 64; i++) {
      const from = base + i * (span / 64);
      if (from + span / 64 <= least || from > 0x10ffff) continue;
      children[node][0x80 + i] = count === 1 ? leaf(classAt(from)) : continuation(count - 1, from, least);
    }
    return node;
  }

  const root = add();
  for (let code = 0; code < 0x80; code++) {
    const one = classAt(code);
    if (one < 0) continue;
    const bytes = encoding === "json" ? JSON.stringify(String.fromCharCode(code)).slice(1, -1) : undefined;
    let node = root;
    for (let i = 0; bytes !== undefined && i < bytes.length - 1; i++) {
      const byte = bytes.charCodeAt(i);
      if (children[node][byte] === -1) children[node][byte] = add();
      node = children[node][byte];
    }
    children[node][bytes === undefined ? code : bytes.charCodeAt(bytes.length - 1)] = leaf(one);
  }
  for (let first = 0xc2; first <= 0xdf; first++) children[root][first] = continuation(1, (first & 0x1f) << 6, 0x80);
  for (let first = 0xe0; first <= 0xef; first++) children[root][first] = continuation(2, (first & 0xf) << 12, 0x800);
  for (let first = 0xf0; first <= 0xf4; first++) children[root][first] = continuation(3, (first & 7) << 18, 0x10000);
  return { children };
}

function lookUp(classes: readonly CodePointRanges[]) {
  const runs: [first: number, last: number, one: number][] = [];
  classes.forEach((set, one) => {
    for (let i = 0; i < set.length; i += 2) runs.push([set[i], set[i + 1], one]);
  });
  runs.sort((a, b) => a[0] - b[0]);
  /** The first run that ends at the code point or after it. */
  const runAt = (code: number): number => {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (runs[middle][1] < code) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    classAt: (code: number): number => {
      const run = runs.at(runAt(code));
      return run !== undefined && runAt(code) < runs.length && run[0] <= code ? run[2] : -1;
    },
    /** The class of all of them, −1: none has one; undefined: they differ. */
    uniform: (first: number, last: number): number | undefined => {
      const at = runAt(first);
      if (at >= runs.length || runs[at][0] > last) return -1;
      return runs[at][0] <= first && runs[at][1] >= last ? runs[at][2] : undefined;
    },
  };
}
