/** What a constraint needs of a tokenizer. */
export interface TokenBytes {
  readonly vocabularySize: number;
  /** The bytes that the token adds to the text; not always whole characters. */
  pieceBytes(token: number): Uint8Array;
  /** Control tokens add no text; they are never allowed, save those that end the text. */
  tokenType(token: number): string;
  isEndOfGeneration(token: number): boolean;
}

/**
 * The tokens of a vocabulary as a tree of their bytes, its nodes in the order of a walk that goes down first: the nodes
 * below `i` are those from `i + 1` to `ends[i]`, without it. Node 0 is the root.
 */
export class VocabularyTree {
  readonly bytes: Uint8Array;
  readonly depths: Uint16Array;
  readonly ends: Int32Array;
  readonly parents: Int32Array;
  /** A token that ends here, or −1. */
  readonly tokens: Int32Array;
  /** Another token of the same bytes, or −1. */
  readonly twins: Int32Array;
  readonly vocabularySize: number;
  readonly endTokens: readonly number[];
  readonly deepest: number;
  private readonly source: TokenBytes;

  constructor(source: TokenBytes) {
    this.source = source;
    const size = (this.vocabularySize = source.vocabularySize);
    const usable: number[] = [];
    const endTokens: number[] = [];
    let length = 1;
    for (let token = 0; token < size; token++) {
      if (source.isEndOfGeneration(token)) endTokens.push(token);
      else if (hasText(source, token)) {
        usable.push(token);
        length += source.pieceBytes(token).length;
      }
    }
    this.endTokens = endTokens;
    usable.sort((a, b) => compareBytes(source.pieceBytes(a), source.pieceBytes(b)) || a - b);
    this.twins = new Int32Array(size).fill(-1);
    const bytes = new Uint8Array(length);
    const depths = new Uint16Array(length);
    const ends = new Int32Array(length);
    const parents = new Int32Array(length);
    const tokens = new Int32Array(length).fill(-1);
    let count = 1;
    const path = [0];
    let before = new Uint8Array(0);
    const closeTo = (depth: number) => {
      while (path.length > depth + 1) ends[path.pop()!] = count;
    };
    for (const token of usable) {
      const own = source.pieceBytes(token);
      let common = 0;
      while (common < own.length && common < before.length && own[common] === before[common]) common++;
      closeTo(common);
      for (let i = common; i < own.length; i++) {
        bytes[count] = own[i]!;
        depths[count] = i + 1;
        parents[count] = path[path.length - 1];
        path.push(count++);
      }
      const node = path[path.length - 1];
      this.twins[token] = tokens[node];
      tokens[node] = token;
      before = own as Uint8Array<ArrayBuffer>;
    }
    closeTo(-1);
    this.bytes = bytes.slice(0, count);
    this.depths = depths.slice(0, count);
    this.ends = ends.slice(0, count);
    this.parents = parents.slice(0, count);
    this.tokens = tokens.slice(0, count);
    this.deepest = this.depths.reduce((a, b) => Math.max(a, b), 0);
  }

  /** The bytes of a token that can be part of a text; undefined for others. */
  textOf(token: number): Uint8Array | undefined {
    if (!Number.isInteger(token) || token < 0 || token >= this.vocabularySize) return undefined;
    if (this.source.isEndOfGeneration(token) || !hasText(this.source, token)) return undefined;
    return this.source.pieceBytes(token);
  }

  /** The bytes from the root to a node, a character each. */
  pathTo(node: number, from: number): string {
    let text = "";
    for (let at = node; at !== from; at = this.parents[at]) text = String.fromCharCode(this.bytes[at]) + text;
    return text;
  }
}

const known = new WeakMap<TokenBytes, VocabularyTree>();

/** Made once for each tokenizer. */
export function vocabularyTreeOf(source: TokenBytes): VocabularyTree {
  let tree = known.get(source);
  if (tree === undefined) known.set(source, (tree = new VocabularyTree(source)));
  return tree;
}

function hasText(source: TokenBytes, token: number): boolean {
  const type = source.tokenType(token);
  return type !== "control" && type !== "unknown" && type !== "unused" && source.pieceBytes(token).length > 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
