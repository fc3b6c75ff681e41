import type { Input, Mode } from "./input.ts";
import type { PartList } from "./parts.ts";

/** Reads reasoning up to `</think>`. Blank space at both ends is left out. */
export class ReasoningMode implements Mode {
  private readonly parts: PartList;
  private readonly back: { resume(afterReasoning: boolean): Mode };
  private held = "";
  private isBlank = true;

  constructor(parts: PartList, back: { resume(afterReasoning: boolean): Mode }) {
    this.parts = parts;
    this.back = back;
  }

  read(input: Input): Mode | undefined {
    const { text, marker } = input.until(["</think>"]);
    const all = this.held + text;
    const visible = all.trimEnd().length;
    if (visible > 0) {
      const shown = all.slice(0, visible);
      this.parts.add({ type: "reasoning", text: this.isBlank ? shown.trimStart() : shown });
      this.isBlank = false;
    }
    this.held = all.slice(visible);
    return marker === undefined ? undefined : this.back.resume(true);
  }
}
