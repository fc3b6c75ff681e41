import type { Automaton } from "./automaton.ts";
import { type Encoding, decoderOf } from "./decoder.ts";

/** A deterministic automaton over bytes, as a table. It begins in state 0; every state leads to acceptance. */
export interface ByteTable {
  /** Class of each byte. [256] */
  readonly byteClass: Uint8Array;
  readonly width: number;
  /** next[state * width + class]: a state, or −1. */
  readonly next: Int32Array;
  readonly accepting: Uint8Array;
  /** Whether anything can follow. */
  readonly continues: Uint8Array;
}

/** The bytes of an automaton's texts; with `"json"` as strings in JSON, quotation marks included. */
export function byteTable(automaton: Automaton, encoding: Encoding): ByteTable {
  const { classes, next, accepting } = automaton;
  const { children } = decoderOf(classes, encoding);
  const width = classes.length;
  const reach = children.map(() => new Set<number>());
  for (let node = children.length - 1; node >= 0; node--) collect(node);
  function collect(node: number): Set<number> {
    if (reach[node].size > 0) return reach[node];
    for (const child of children[node]) {
      if (child < -1) reach[node].add(-2 - child);
      else if (child > 0) for (const one of collect(child)) reach[node].add(one);
    }
    return reach[node];
  }

  const quoted = encoding === "json";
  const quote = 0x22;
  const { byteClass, count } = byteClasses(children);
  const example = new Uint8Array(count);
  for (let byte = 255; byte >= 0; byte--) example[byteClass[byte]] = byte;

  const states: [state: number, node: number][] = [];
  const places = new Map<number, number>();
  const placeOf = (state: number, node: number): number => {
    const key = state * children.length + node;
    let place = places.get(key);
    if (place === undefined) {
      places.set(key, (place = states.length + first));
      states.push([state, node]);
    }
    return place;
  };
  const first = quoted ? 2 : 0; // States 0 and 1 are before the first and after the last quotation mark.
  const start = placeOf(0, 0);
  const edges: number[] = [];
  for (let at = 0; at < states.length; at++) {
    const [state, node] = states[at];
    for (let one = 0; one < count; one++) {
      const child = children[node][example[one]];
      let to = -1;
      if (child < -1) {
        const follower = next[state * width - 2 - child];
        if (follower >= 0) to = placeOf(follower, 0);
      } else if (child > 0 && [...reach[child]].some((reached) => next[state * width + reached] >= 0)) {
        to = placeOf(state, child);
      }
      if (quoted && node === 0 && accepting[state] === 1 && byteClass[quote] === one) to = 1;
      edges.push(to);
    }
  }
  const table = new Int32Array((states.length + first) * count).fill(-1);
  table.set(edges, first * count);
  if (quoted) table[byteClass[quote]] = start;
  const accepts = new Uint8Array(states.length + first);
  if (quoted) accepts[1] = 1;
  else states.forEach(([state, node], i) => (accepts[i] = node === 0 ? accepting[state] : 0));
  return { byteClass, width: count, next: table, accepting: accepts, continues: continuing(table, count) };
}

/** Bytes that no node tells apart are in one class. The quotation mark is alone in JSON, since it is no character. */
function byteClasses(children: readonly Int16Array[]): { byteClass: Uint8Array; count: number } {
  const byteClass = new Uint8Array(256);
  const known = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    const signature = (byte === 0x22 ? "quote" : "") + children.map((node) => node[byte]).join();
    let one = known.get(signature);
    if (one === undefined) known.set(signature, (one = known.size));
    byteClass[byte] = one;
  }
  return { byteClass, count: known.size };
}

function continuing(next: Int32Array, width: number): Uint8Array {
  const continues = new Uint8Array(next.length / width);
  next.forEach((to, i) => {
    if (to >= 0) continues[Math.floor(i / width)] = 1;
  });
  return continues;
}
