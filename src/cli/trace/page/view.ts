import type { TraceData } from "../page-data.ts";

/** The data as the pictures ask for them. Tokens are counted from 0, and `token` is one that something came before. */
export interface View {
  readonly data: TraceData;
  /** What can be seen of the attention. */
  readonly layers: readonly { readonly layer: number; readonly heads: number }[];
  text(id: number): string;
  /** The text of the token at a place. */
  tokenText(place: number): string;
  /** The weights with which `head` of the layer at `place` of `layers`, reading token `reader`, looks at 0 … reader. */
  attention(place: number, head: number, reader: number): Float32Array;
}

/** What the reader of the page has chosen. */
export interface Choice {
  /** The token that is explained, from 1. */
  readonly token: number;
  /** A place in `layers`, and a head of it. */
  readonly layer: number;
  readonly head: number;
}

/** Unpacks what the page carries. */
export async function readView(): Promise<View> {
  const data = JSON.parse(new TextDecoder().decode(await unpack("trace-data"))) as TraceData;
  const bytes = await unpack("trace-attention");
  const { layers, heads } = data.attention;
  // Heads of the layers before each, and of all.
  const before = [0];
  for (const count of heads) before.push(before[before.length - 1] + count);
  const all = before[before.length - 1];
  return {
    data,
    layers: layers.map((layer, i) => ({ layer, heads: heads[i] })),
    text: (id) => data.texts[id],
    tokenText: (place) => data.texts[data.tokens[place]],
    attention(place, head, reader) {
      const start = (all * reader * (reader + 1)) / 2 + (before[place] + head) * (reader + 1);
      return Float32Array.from(bytes.subarray(start, start + reader + 1), (byte) => (byte / 255) ** 2);
    },
  };
}

async function unpack(id: string): Promise<Uint8Array> {
  const base64 = document.getElementById(id)!.textContent;
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
