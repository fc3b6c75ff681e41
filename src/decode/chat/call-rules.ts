import { ConstraintError } from "../../errors.ts";
import {
  type Constraint,
  constraintChoice,
  constraintFromJsonSchema,
  constraintFromRegex,
  constraintFromText,
  constraintSequence,
} from "../../sampling/index.ts";
import type { CallPlace, ToolFamily } from "../tool-calls/index.ts";
import type { Tool } from "./options.ts";

const anything = constraintFromRegex("[^]*");
const space = "[ \\n\\r\\t]{0,16}";

/** What the calls of a family may be, so that each tool gets what it takes. */
export class CallRules {
  private readonly family: ToolFamily;
  private readonly tools: ReadonlyMap<string, Tool>;
  private readonly known = new Map<string, Constraint>();

  /** @throws ConstraintError for parameters that can't be followed, naming the tool */
  constructor(family: ToolFamily, tools: readonly Tool[]) {
    this.family = family;
    this.tools = new Map(tools.map((tool) => [tool.function.name, tool]));
    for (const tool of tools) argumentsOf(tool);
  }

  /** The text from where the prompt leaves a call that must come, up to the end of its arguments. */
  required(): Constraint {
    const { between } = this.family.written;
    if (this.tools.size === 1) return this.argumentsOf([...this.tools.keys()][0]);
    return constraintChoice(
      ...[...this.tools.keys()].map((name) =>
        constraintSequence(constraintFromText(name + between), this.argumentsOf(name)),
      ),
    );
  }

  /** The text from such a place in a call on. After its end, or another key of its object, anything may follow. */
  after(place: CallPlace, names: readonly string[]): Constraint {
    const key = `${place} ${names.join()}`;
    let rule = this.known.get(key);
    if (rule === undefined) {
      const parts = names.map((name) => constraintSequence(...this.parts(place, name), anything));
      this.known.set(key, (rule = constraintChoice(...parts)));
    }
    return rule;
  }

  /** Whether a tool takes these arguments, as JSON, in whatever order they are. */
  takes(name: string, argumentsText: string): boolean {
    const takes = this.argumentsOf(name);
    return takes.accepts(argumentsText) || takes.accepts(inOrderOf(this.tools.get(name)!, argumentsText));
  }

  private argumentsOf(name: string): Constraint {
    return argumentsOf(this.tools.get(name)!);
  }

  private parts(place: CallPlace, name: string): Constraint[] {
    const takes = this.argumentsOf(name);
    if (place === "arguments") return [takes];
    const ended = constraintFromRegex(`${space}[},]`);
    if (place === "arguments before the name") {
      return [takes, constraintFromRegex(`${space},${space}"name"${space}:${space}"${literal(name)}"`), ended];
    }
    const keys = (this.family.calls.json ?? []).join("|");
    const key = constraintFromRegex(`${space},${space}"(${keys})"${space}:${space}`);
    const withKey = constraintSequence(key, takes, ended);
    // No arguments are none that are needed.
    return [takes.accepts("{}") ? constraintChoice(withKey, constraintFromRegex(`${space}\\}`)) : withKey];
  }
}

/** By the text of the schema: the same tools come with every message. */
const compiled = new Map<string, Constraint>();

/** @throws ConstraintError */
function argumentsOf({ function: { name, parameters = { type: "object" } } }: Tool): Constraint {
  const { type = "object", ...others } = parameters as { readonly type?: unknown };
  const isObject = type === "object" || (Array.isArray(type) && type.includes("object"));
  try {
    if (!isObject) throw new ConstraintError("INVALID_SCHEMA", "/type: arguments are an object", "/type");
    const text = JSON.stringify({ type: "object", properties: {}, ...others });
    let found = compiled.get(text);
    if (found === undefined) {
      if (compiled.size >= 200) compiled.clear();
      compiled.set(text, (found = constraintFromJsonSchema(JSON.parse(text), { extraProperties: false })));
    }
    return found;
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error;
    const message = `the parameters of the tool ${JSON.stringify(name)}: ${error.message}; or pass looseArguments`;
    throw new ConstraintError(error.code, message, error.pointer);
  }
}

function inOrderOf({ function: { parameters = {} } }: Tool, argumentsText: string): string {
  const { properties = {} } = parameters as { readonly properties?: object };
  const values = JSON.parse(argumentsText) as Record<string, unknown>;
  const listed = Object.keys(properties).filter((key) => Object.hasOwn(values, key));
  const keys = new Set([...listed, ...Object.keys(values)]);
  return JSON.stringify(Object.fromEntries([...keys].map((key) => [key, values[key]])));
}

const literal = (name: string) => name.replaceAll(".", "\\.");
