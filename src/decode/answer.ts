import type { GenerateOptions } from "./generate-options.ts";
import type { FinishReason, StoppedBy, TokenText } from "./generation.ts";
import { StopTexts } from "./stop/index.ts";

/** Generated tokens as text, up to the stop. */
export class Answer {
  readonly tokens: number[] = [];
  text = "";
  /** Set once nothing more may follow. */
  stoppedBy: StoppedBy | undefined;
  private readonly tokenizer: TokenText;
  private readonly stopTokens: readonly number[];
  private readonly ignoreEnd: boolean;
  private readonly stops: StopTexts;
  private readonly decoder: ReturnType<TokenText["createDecoder"]>;

  /** @throws InvalidArgumentError for a stop pattern that can't be followed */
  constructor(tokenizer: TokenText, options: Pick<GenerateOptions, "stop" | "stopTokens" | "ignoreEnd">) {
    this.tokenizer = tokenizer;
    this.stopTokens = options.stopTokens ?? [];
    this.ignoreEnd = options.ignoreEnd ?? false;
    this.stops = new StopTexts(options.stop ?? []);
    // The text follows the prompt: SentencePiece keeps its first space, and control tokens have no text.
    this.decoder = tokenizer.createDecoder({ special: false, continuation: true });
  }

  get stopText(): string | undefined {
    return this.stops.match?.text;
  }

  get finishReason(): FinishReason {
    return isLimit(this.stoppedBy) ? "length" : "stop";
  }

  /** Adds a token. Returns the text that can be shown now. */
  push(token: number): string {
    this.tokens.push(token);
    if (this.stopTokens.includes(token)) this.stoppedBy = "token";
    else if (!this.ignoreEnd && this.tokenizer.isEndOfGeneration(token)) this.stoppedBy = "end";
    let shown = this.stoppedBy === undefined ? this.stops.push(this.decoder.push(token)) : "";
    shown += this.afterStop();
    this.text += shown;
    return shown;
  }

  /** Ends it by a limit, unless it has ended. Returns the text that was held back. */
  finish(limit: StoppedBy): string {
    if (this.stoppedBy !== undefined) return "";
    this.stoppedBy = limit;
    const shown = this.afterStop();
    this.text += shown;
    return shown;
  }

  /** What the decoder and the stops still hold, where an end was met; it may hold a stop itself. */
  private afterStop(): string {
    const { match } = this.stops;
    if (match !== undefined) this.stoppedBy = match.isPattern ? "pattern" : "string";
    if (this.stoppedBy === undefined || match !== undefined) return "";
    const shown = this.stops.push(this.decoder.flush()) + this.stops.flush();
    if (this.stops.match !== undefined) this.stoppedBy = this.stops.match.isPattern ? "pattern" : "string";
    return shown;
  }
}

function isLimit(stoppedBy: StoppedBy | undefined): boolean {
  return stoppedBy === "maxTokens" || stoppedBy === "context" || stoppedBy === "time";
}

/** What ends a text for sure: for the sampler that keeps it from ending too soon. */
export function endTokensOf(tokenizer: TokenText, { stopTokens = [], ignoreEnd = false }: GenerateOptions): number[] {
  return [...stopTokens, ...(ignoreEnd ? [] : (tokenizer.endOfGeneration ?? []))];
}
