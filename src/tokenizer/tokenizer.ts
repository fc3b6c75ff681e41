import { TokenizerError } from "../errors.ts";
import { cleanUpSpaces } from "./clean-up.ts";
import type { Encoder } from "./encoder.ts";
import type { TokenizerKind } from "./kinds.ts";
import type { Fragment } from "./partition.ts";
import { IntList } from "./int-list.ts";
import { Partitioner, tokensToFind } from "./partition.ts";
import { pieceOf } from "./pieces.ts";
import type { SpecialTokens } from "./special-tokens.ts";
import { attribute, typeOfAttributes } from "./token-attributes.ts";
import type { TokenType } from "./token-attributes.ts";
import { ByteBuffer, decodeUtf8, Utf8Stream } from "./utf8-stream.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface EncodeOptions {
  /** Put BOS before and EOS after the tokens where the model asks for them. Default: true. */
  addSpecial?: boolean;
  /**
   * Read texts such as `<|im_start|>` as the control tokens they name. Default: false, so that a text from a stranger
   * can't act as one. User-defined tokens are found either way.
   */
  parseSpecial?: boolean;
}

export interface DecodeOptions {
  /** Give control tokens as their text; otherwise they are left out. Default: true. */
  special?: boolean;
  /** The tokens follow others, so a space that the vocabulary puts before a text stays. Default: false. */
  continuation?: boolean;
}

/** Tokens → text, a few at a time. */
export interface StreamingDecoder {
  /** The text that is complete with this token; empty while a character is incomplete. */
  push(token: number): string;
  /** What was held back: nothing, or U+FFFD for an incomplete character. The decoder can then begin anew. */
  flush(): string;
}

/** Text ↔ tokens of one model. Made by `createTokenizer`. */
export class Tokenizer {
  /** Number of tokens. */
  readonly vocabularySize: number;
  /** Whether `encode` begins with BOS and ends with EOS, as the model asks. */
  readonly addBos: boolean;
  readonly addEos: boolean;
  /** Whether the vocabulary puts a space before a text. */
  readonly addSpacePrefix: boolean;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  /** End of a turn in a conversation. */
  readonly eot: number | undefined;
  /** Each token after which a model has nothing more to say. */
  readonly endOfGeneration: ReadonlySet<number>;

  readonly #vocabulary: Vocabulary;
  readonly #kind: TokenizerKind;
  readonly #separator: number | undefined;
  #encoder: Encoder | undefined;
  #partitioners: Partial<Record<"all" | "userDefined", Partitioner>> = {};
  readonly #pieces: (Uint8Array | undefined)[] = [];

  constructor(vocabulary: Vocabulary, special: SpecialTokens, kind: TokenizerKind) {
    this.#vocabulary = vocabulary;
    this.#kind = kind;
    this.vocabularySize = vocabulary.texts.length;
    this.addBos = kind.addBos && special.bos !== undefined;
    this.addEos = kind.addEos && special.eos !== undefined;
    this.#separator = kind.addSeparator ? special.separator : undefined;
    this.addSpacePrefix = kind.addSpacePrefix;
    this.bos = special.bos;
    this.eos = special.eos;
    this.eot = special.eot;
    this.endOfGeneration = special.endOfGeneration;
  }

  /**
   * The tokens of a text, as `llama_tokenize` gives them. Lone surrogates count as U+FFFD.
   * The time is linear in the text, whatever is in it.
   */
  encode(text: string, options: EncodeOptions = {}): number[] {
    const { addSpecial = true, parseSpecial = false } = options;
    const wellFormed = text.toWellFormed();
    const encoder = (this.#encoder ??= this.#kind.createEncoder());
    const output = new IntList();
    if (addSpecial && this.addBos) output.push(this.bos!);
    let first = true;
    for (const fragment of this.#partition(wellFormed, parseSpecial)) {
      if (typeof fragment === "number") {
        output.push(fragment);
        first = true;
      } else {
        encoder.encode(wellFormed, fragment.start, fragment.end, first, output);
        first = false;
      }
    }
    if (addSpecial && this.addEos) output.push(this.eos!);
    if (addSpecial && this.#separator !== undefined) output.push(this.#separator);
    return output.toArray();
  }

  /**
   * The text of tokens. Bytes that are no UTF-8 become U+FFFD. `cleanUp` also takes out spaces before punctuation, in
   * vocabularies that leave some; default: false.
   * @throws TokenizerError `BAD_TOKEN`
   */
  decode(tokens: Iterable<number>, options: DecodeOptions & { cleanUp?: boolean } = {}): string {
    const bytes = new ByteBuffer();
    const piece = this.#pieceReader(options);
    for (const token of tokens) bytes.push(piece(token));
    const text = decodeUtf8(bytes.view());
    return options.cleanUp === true && this.#kind.cleanSpaces ? cleanUpSpaces(text) : text;
  }

  /** The text of tokens as `llama_detokenize` gives it: special tokens as text, spaces cleaned up. */
  detokenize(tokens: Iterable<number>): string {
    return this.decode(tokens, { cleanUp: true, special: true });
  }

  /** For text that appears while tokens are generated: the parts together are what `decode` gives at once. */
  createDecoder(options: DecodeOptions = {}): StreamingDecoder {
    const stream = new Utf8Stream();
    let piece = this.#pieceReader(options);
    return {
      push: (token) => stream.push(piece(token)),
      flush: () => {
        piece = this.#pieceReader(options);
        return stream.flush();
      },
    };
  }

  /** Gives the bytes of one token after the other. */
  #pieceReader({ special = true, continuation = false }: DecodeOptions): (token: number) => Uint8Array {
    let stripSpace = this.addSpacePrefix && !continuation;
    return (token) => {
      const hidden = !special && (this.#attributes(token) & (attribute.control | attribute.unknown)) !== 0;
      const bytes = hidden ? noBytes : this.pieceBytes(token);
      const strip = stripSpace && bytes[0] === 0x20;
      stripSpace = false; // Only at the first token.
      return strip ? bytes.subarray(1) : bytes;
    };
  }

  /**
   * The bytes that a token stands for: not always whole characters. Control tokens: their text. Don't change them.
   * @throws TokenizerError `BAD_TOKEN`
   */
  pieceBytes(token: number): Uint8Array {
    this.#attributes(token);
    return (this.#pieces[token] ??= pieceOf(this.#vocabulary, this.#kind.textEncoding, token));
  }

  /** Whether the model is done when it gives this token: EOS, EOT, EOM, and texts known to end a generation. */
  isEndOfGeneration(token: number): boolean {
    return this.endOfGeneration.has(token);
  }

  /** A token's text as the vocabulary writes it: `Ġthe`, `▁the`, `<|im_end|>`. @throws TokenizerError `BAD_TOKEN` */
  tokenText(token: number): string {
    this.#attributes(token);
    return this.#vocabulary.texts[token];
  }

  /** The token whose text, as the vocabulary writes it, is this. */
  tokenId(text: string): number | undefined {
    return this.#vocabulary.ids.get(text);
  }

  /** @throws TokenizerError `BAD_TOKEN` */
  tokenType(token: number): TokenType {
    return typeOfAttributes(this.#attributes(token));
  }

  #attributes(token: number): number {
    if (Number.isInteger(token) && token >= 0 && token < this.vocabularySize) return this.#vocabulary.attributes[token];
    throw new TokenizerError("BAD_TOKEN", `token ${token} is not in the vocabulary of ${this.vocabularySize} tokens`);
  }

  #partition(text: string, parseSpecial: boolean): Fragment[] {
    const which = parseSpecial ? "all" : "userDefined";
    const partitioner = (this.#partitioners[which] ??= new Partitioner(
      this.#vocabulary,
      tokensToFind(this.#vocabulary, parseSpecial),
    ));
    return partitioner.partition(text);
  }
}

const noBytes = new Uint8Array(0);
