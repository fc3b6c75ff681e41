import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { CommandError, InterruptedError, UsageError, reportOf } from "../../../src/cli/errors.ts";
import { ContextFullError, GgufError, InvalidArgumentError } from "../../../src/errors.ts";

describe("what is reported of an error", () => {
  const systemError = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  it.each([
    [new CommandError("no"), 1, "pellucid: no"],
    [new UsageError("no"), 2, "pellucid: no"],
    [new InterruptedError(), 130, undefined],
    [new GgufError("TRUNCATED", "short"), 1, "pellucid: short"],
    [new ContextFullError("full"), 1, "pellucid: full"],
    [new InvalidArgumentError("bad"), 2, "pellucid: bad"],
    [systemError, 1, "pellucid: ENOSPC: no space left on device, write"],
    [new TypeError("x is\r\n undefined"), 1, "pellucid: internal error: TypeError: x is undefined"],
    ["text", 1, "pellucid: text"],
    [new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"), 0, undefined],
    [new CommanderError(1, "commander.help", "(outputHelp)"), 2, undefined],
    [new CommanderError(1, "x", "error: what?\n(Did you mean that?)"), 2, "pellucid: what? (did you mean that?)"],
  ])("%s", (error, exitCode, message) => {
    expect(reportOf(error)).toEqual({ exitCode, message });
  });
});
