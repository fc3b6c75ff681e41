import { InvalidArgumentError } from "../../errors.ts";
import type { TextRule } from "../../sampling/index.ts";
import type { Tokenizer } from "../../tokenizer/index.ts";
import type { GenerateOptions, TokenText } from "../generate.ts";
import { OutputParser, type OutputParserOptions, marksOf } from "../tool-calls/index.ts";
import { CallGuide } from "./call-guide.ts";
import { CallRules } from "./call-rules.ts";
import type { ChatOptions } from "./options.ts";
import type { PromptMaker } from "./prompt.ts";
import { withWrittenMarks } from "./shown-marks.ts";

const ofText = ["jsonSchema", "regex", "choices", "grammar", "constraint"] as const;

/** Holds calls to what their tools take. */
export class Steering {
  /** What is written before a call that must come: up to its name, or up to the arguments where there is one tool. */
  readonly opening: string;
  /** What the answer is to be closed with, where a call had to come. */
  readonly closing: string;
  private readonly maker: PromptMaker;
  private readonly rules: CallRules | undefined;
  private readonly isHeld: boolean;

  /** @throws InvalidArgumentError for options that exclude each other; ConstraintError for tools that can't be followed */
  constructor(maker: PromptMaker, options: ChatOptions) {
    const { family, required, tools } = maker;
    const { before, between, after } = family.written;
    const [isRequired, isOne] = [required.length > 0, required.length === 1];
    this.maker = maker;
    this.opening = !isRequired ? "" : isOne ? before + required[0].function.name + between : before;
    this.closing = isRequired ? after : "";

    const held = ofText.find((name) => options[name] !== undefined);
    this.isHeld = held !== undefined;
    if (isRequired && held !== undefined) {
      throw new InvalidArgumentError(`a call must come, so the answer can't be held to ${held}: leave one of them out`);
    }
    if (tools.length === 0 || options.looseArguments === true) return;
    if ((options.beams ?? 1) > 1) {
      const what = "a beam search can't hold calls to what their tools take";
      throw new InvalidArgumentError(`${what}: use bestOf instead of beams, or pass looseArguments`);
    }
    this.rules = new CallRules(family, isRequired ? required : tools);
  }

  /** What the parser of the answer must know. */
  get parsing(): Pick<OutputParserOptions, "family" | "names" | "takes"> {
    const { rules } = this;
    const { family, tools, required } = this.maker;
    const names = (rules !== undefined && required.length > 0 ? required : tools).map((tool) => tool.function.name);
    return { family, names, ...(rules !== undefined && { takes: rules.takes.bind(rules) }) };
  }

  /** What constrains the answer. A text that is held to a form of its own is left to that. */
  constraint(
    tokenizer: Tokenizer,
    shown: TokenText,
    parsing: OutputParserOptions,
  ): Pick<GenerateOptions, "constraint"> {
    const { rules, maker } = this;
    if (rules === undefined || this.isHeld) return {};
    if (maker.required.length === 0) {
      const free: TextRule = { start: () => new CallGuide(rules, new OutputParser(parsing), shown, tokenizer) };
      return { constraint: free };
    }
    const between = maker.required.length > 1 ? maker.family.written.between : "";
    const marks = marksOf(maker.family).filter((mark) => between.includes(mark));
    const rule = rules.required();
    return { constraint: { start: () => rule.start(withWrittenMarks(tokenizer, marks)) } };
  }
}
