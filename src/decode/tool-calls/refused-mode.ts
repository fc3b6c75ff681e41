import type { Problem } from "./call-writer.ts";
import type { Input, Mode } from "./input.ts";
import type { Back, Reader } from "./reader.ts";

/**
 * Shows as text what can't be a call: up to its closing mark where calls have one, so that those after it are read,
 * otherwise up to the character that can't be.
 */
export class RefusedMode implements Mode {
  private readonly reader: Reader;
  private readonly back: Back;
  private readonly problem: Problem;
  private readonly length: number;
  private readonly opening: number;
  private text = "";

  /** @param length characters up to the one that can't be; `opening`: of the mark that began the call */
  constructor(reader: Reader, back: Back, problem: Problem, length: number, opening: number) {
    this.reader = reader;
    this.back = back;
    this.problem = problem;
    this.length = length;
    this.opening = opening;
    reader.writer.endFollowing();
  }

  read(input: Input): Mode | undefined {
    const { close } = this.reader.family.calls;
    while (close === undefined && this.text.length < this.length) this.text += input.next()!;
    if (close !== undefined) {
      if (this.text === "") for (let i = 0; i < this.opening; i++) this.text += input.next()!;
      const { text, marker } = input.until([close]);
      this.text += text + (marker ?? "");
      if (marker === undefined && !input.isEnd) return undefined;
    }
    this.reader.writer.refuse(this.text, this.problem);
    return this.back.resumeText();
  }
}
