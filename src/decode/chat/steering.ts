import type { GenerateOptions } from "../generate.ts";
import type { PromptMaker } from "./prompt.ts";

/** Holds calls to what their tools take. */
export class Steering {
  /** What constrains the answer. */
  readonly options: GenerateOptions = {};
  /** What the answer is to be closed with, where a call had to come. */
  readonly closing: string;

  constructor(maker: PromptMaker) {
    this.closing = maker.required.length === 0 ? "" : maker.family.written.after;
  }
}
