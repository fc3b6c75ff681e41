import type { ConstraintState, TextGuide, TokenBytes } from "../../sampling/index.ts";
import type { TokenText } from "../generate.ts";
import type { OpenCall, OutputParser } from "../tool-calls/index.ts";
import type { CallRules } from "./call-rules.ts";

/**
 * Follows an answer in which the model may call tools or not, and constrains it only from where a call's tool is known
 * to the end of its arguments.
 */
export class CallGuide implements TextGuide {
  readonly isComplete = false;
  private readonly rules: CallRules;
  private readonly parser: OutputParser;
  private readonly decoder: ReturnType<TokenText["createDecoder"]>;
  private readonly tokenizer: TokenBytes;
  private call: OpenCall | undefined;
  private state: ConstraintState | undefined;

  /** @param text what shows the family's marks; `tokenizer`: what constraints are followed with */
  constructor(rules: CallRules, parser: OutputParser, text: TokenText, tokenizer: TokenBytes) {
    this.rules = rules;
    this.parser = parser;
    this.decoder = text.createDecoder({ special: false, continuation: true });
    this.tokenizer = tokenizer;
  }

  mask() {
    return this.state?.mask();
  }

  accept(token: number): void {
    this.state?.accept(token);
    this.parser.push(this.decoder.push(token));
    const call = this.parser.current;
    if (call === this.call) return;
    this.call = call;
    this.state = call && this.begin(call, token);
  }

  /** A token may have reached beyond the place; where it wrote what can't follow, the parser will take no call. */
  private begin({ place, names, text }: OpenCall, token: number): ConstraintState | undefined {
    const rule = this.rules.after(place, names);
    const characters = encoder.encode(text);
    const cut = cutCharacter(this.tokenizer.pieceBytes(token));
    const written = new Uint8Array([...characters, ...cut]);
    return rule.acceptsBeginning(written) ? rule.start(this.tokenizer, written) : undefined;
  }
}

const encoder = new TextEncoder();

/** The bytes at the end of a token that begin a character and don't finish it: the decoder keeps them. */
function cutCharacter(bytes: Uint8Array): Uint8Array {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length];
    if (byte < 0x80) break;
    if (byte >= 0xc0)
      return bytes.subarray(length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? -length : bytes.length);
  }
  return bytes.subarray(bytes.length);
}
