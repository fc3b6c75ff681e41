import type { CallWriter } from "./call-writer.ts";
import type { ToolFamily } from "./family.ts";
import type { Mode } from "./input.ts";
import type { PartList } from "./parts.ts";

/** What the modes of reading share. */
export interface Reader {
  readonly family: ToolFamily;
  readonly writer: CallWriter;
  readonly parts: PartList;
  /** Whether reasoning is told from text. */
  readonly reasons: boolean;
}

/** Text goes on after a call, or after what turned out to be none. */
export interface Back extends Mode {
  resume(): Mode;
  resumeText(): Mode;
}
