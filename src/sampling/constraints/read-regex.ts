import { ConstraintError } from "../../errors.ts";
import type { Expression } from "./expressions/expression.ts";
import { regexExpression } from "./expressions/regex.ts";
import { UnsupportedSyntax } from "./expressions/regex-syntax.ts";

/**
 * The texts that a regular expression matches, whole or in any part.
 * @param pointer where it stands in a schema
 * @throws ConstraintError `INVALID_REGEX`, `UNSUPPORTED_REGEX`
 */
export function readRegex(source: string, extent: "search" | "whole", pointer?: string): Expression {
  const where = pointer === undefined ? "" : `${pointer}: `;
  try {
    return regexExpression(source, extent);
  } catch (error) {
    if (error instanceof UnsupportedSyntax) {
      const what = `${where}${error.message} can't be followed in ${JSON.stringify(source)}`;
      throw new ConstraintError("UNSUPPORTED_REGEX", `${what}: write the pattern without`, pointer);
    }
    if (!(error instanceof SyntaxError)) throw error;
    const [message] = error.message.split("\n");
    throw new ConstraintError("INVALID_REGEX", `${where}${message}: correct the pattern`, pointer);
  }
}
