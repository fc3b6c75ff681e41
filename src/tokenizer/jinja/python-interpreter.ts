import type { Engine, EngineInterpreter, Node, Scope } from "./engine.ts";
import { filters, listFilters, pairsOf, textFilters } from "./filters.ts";
import { binaryOperation } from "./operators.ts";
import { textMethods } from "./text-methods.ts";
import type { Value } from "./values.ts";
import { entriesOf, isNone, isUndefined, iterate, numberOf, pythonText, stringOf } from "./values.ts";

/** Nodes that print nothing of themselves, or are text already. */
const statements = new Set(["Set", "If", "For", "Macro", "CallStatement", "FilterStatement", "Comment"]);

/**
 * The engine's interpreter, with what differs from Jinja2 on Python mended: how values are printed and compared,
 * undefined values, methods of strings, filters. Templates are written against the Python one.
 */
export function createPythonInterpreter(engine: Engine, global: Scope): EngineInterpreter {
  const wrap = wrapper(engine);

  const functionValue = (call: (args: Value[]) => Value): Value =>
    Object.assign(
      wrap(() => null),
      { value: call },
    );

  class PythonInterpreter extends engine.Interpreter {
    override evaluate(node: Node | undefined, scope: Scope): Value {
      if (node?.type === "Evaluated") return node.result as Value;
      return node?.type === "ObjectLiteral" ? this.dictionary(node, scope) : super.evaluate(node, scope);
    }

    /** Keys may be numbers; the engine knows them by their text. */
    dictionary(node: Node, scope: Scope): Value {
      const entries = new Map<string, Value>();
      const keys = new Map<string, Value>();
      for (const [keyNode, value] of node.value as Map<Node, Node>) {
        const key = this.evaluate(keyNode, scope);
        keys.set(pythonText(key), key);
        entries.set(pythonText(key), this.evaluate(value, scope));
      }
      return Object.assign(wrap({}), { value: entries, keys });
    }

    override evaluateBlock(nodes: Node[], scope: Scope): Value {
      let text = "";
      for (const node of nodes) {
        const value = this.evaluate(node, scope);
        if (statements.has(node.type) && isNone(value)) continue;
        text += pythonText(value);
      }
      return wrap(text);
    }

    override evaluateFor(node: Node, scope: Scope): Value {
      const iterable = node.iterable as Node;
      const filtered = iterable.type === "SelectExpression";
      const operand = this.evaluate(filtered ? (iterable.lhs as Node) : iterable, scope);
      const items = iterate(operand, wrap)?.map((item) =>
        // The engine unpacks lists, not tuples.
        item.type === "TupleValue" && (node.loopvar as Node).type === "TupleLiteral" ? wrap(item.value) : item,
      );
      const visited = evaluated(wrap(items ?? operand));
      return super.evaluateFor({ ...node, iterable: filtered ? { ...iterable, lhs: visited } : visited }, scope);
    }

    override evaluateBinaryExpression(node: Node, scope: Scope): Value {
      const operator = (node.operator as { value: string }).value;
      if (operator === "and" || operator === "or") return super.evaluateBinaryExpression(node, scope);
      const left = this.evaluate(node.left as Node, scope);
      const right = this.evaluate(node.right as Node, scope);
      const result = binaryOperation(operator, left, right);
      if (result !== undefined) return wrap(result);
      return super.evaluateBinaryExpression({ ...node, left: evaluated(left), right: evaluated(right) }, scope);
    }

    override evaluateMemberExpression(node: Node, scope: Scope): Value {
      const object = this.evaluate(node.object as Node, scope);
      const property = node.property as Node;
      const name = node.computed === true ? undefined : (property.value as string);
      if (isUndefined(object)) throw new TypeError(`${describe(node.object as Node)} is undefined`);
      if (isNone(object)) return wrap(undefined);
      const text = stringOf(object);
      const method = text === undefined || name === undefined ? undefined : textMethods.get(name);
      if (method !== undefined) return wrap((...values: unknown[]) => method(text!, ...values));
      if (text !== undefined && name === undefined && property.type !== "SliceExpression") {
        const index = numberOf(this.evaluate(property, scope));
        if (index !== undefined) return wrap(Array.from(text).at(index)); // Counted in code points.
      }
      const entries = entriesOf(object);
      if (entries !== undefined) {
        if (name === "get")
          return functionValue(([key, missing = wrap(null)]) => entries.get(pythonText(key)) ?? missing);
        if (name === "items") return functionValue(() => pairsOf(object, wrap));
        if (name === "keys") return functionValue(() => wrap(iterate(object, wrap)));
        if (name === "values") return functionValue(() => wrap(Array.from(entries.values())));
        const key = name ?? pythonText(this.evaluate(property, scope));
        return entries.get(key) ?? object.builtins.get(key) ?? wrap(undefined);
      }
      return super.evaluateMemberExpression({ ...node, object: evaluated(object) }, scope);
    }

    override evaluateTestExpression(node: Node, scope: Scope): Value {
      const operand = this.evaluate(node.operand as Node, scope);
      const test = (node.test as { value: string }).value;
      if (test === "iterable") return wrap((iterate(operand, wrap) !== undefined) !== node.negate);
      if (test === "number") return wrap((numberOf(operand) !== undefined) !== node.negate);
      return super.evaluateTestExpression({ ...node, operand: evaluated(operand) }, scope);
    }

    override applyFilter(operand: Value, filter: Node, scope: Scope): Value {
      const isCall = filter.type === "CallExpression";
      const name = (isCall ? (filter.callee as Node) : filter).value as string;
      const own = filters.get(name);
      const apply = (value: string, item: Value): Value => this.applyFilter(item, { type: "Identifier", value }, scope);
      if (own !== undefined) {
        const args = isCall ? (filter.args as Node[]) : [];
        const [positional, named] = this.evaluateArguments(args, scope);
        const result = own(operand, { positional, named, wrap, apply });
        if (result !== undefined) return result;
      }
      if (textFilters.has(name) && stringOf(operand) === undefined) {
        return super.applyFilter(wrap(pythonText(operand)), filter, scope);
      }
      if (listFilters.has(name)) return super.applyFilter(wrap(iterate(operand, wrap) ?? operand), filter, scope);
      return super.applyFilter(operand, filter, scope);
    }
  }

  return new PythonInterpreter(global);
}

/** A node whose value is known already. */
function evaluated(result: Value): Node {
  return { type: "Evaluated", result };
}

/** How an error names what it is about. */
function describe(node: Node): string {
  if (node.type === "Identifier") return `"${node.value as string}"`;
  return node.type === "MemberExpression" ? describe(node.property as Node) : "a value";
}

/** JavaScript value → the engine's value; those, alone or in a list, stay what they are. */
function wrapper(engine: Engine): (value: unknown) => Value {
  const scratch = new engine.Environment();
  const wrapPlain = (value: unknown): Value => {
    scratch.variables.delete("value");
    return scratch.set("value", value);
  };
  return (value) => {
    if (isValue(value)) return value;
    if (Array.isArray(value))
      return Object.assign(wrapPlain([]), { value: value.map((item) => (isValue(item) ? item : wrapPlain(item))) });
    return wrapPlain(value);
  };
}

function isValue(value: unknown): value is Value {
  return typeof value === "object" && value !== null && "__bool__" in value;
}
