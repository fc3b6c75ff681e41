/** What is used of the template engine's inside, which it doesn't declare: the methods of its interpreter. */
import type { Value } from "./values.ts";

/** A node of a parsed template. */
export interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Scope {
  readonly variables: Map<string, Value>;
  set(name: string, value: unknown): Value;
}

export interface EngineInterpreter {
  /** Without a node (a part of a slice that is left out): undefined. */
  evaluate(node: Node | undefined, scope: Scope): Value;
  evaluateBlock(nodes: Node[], scope: Scope): Value;
  evaluateFor(node: Node, scope: Scope): Value;
  evaluateBinaryExpression(node: Node, scope: Scope): Value;
  evaluateMemberExpression(node: Node, scope: Scope): Value;
  evaluateTestExpression(node: Node, scope: Scope): Value;
  evaluateArguments(nodes: Node[], scope: Scope): [Value[], Map<string, Value>];
  applyFilter(operand: Value, filter: Node, scope: Scope): Value;
  run(program: Node): Value;
}

export interface Engine {
  Environment: new (parent?: Scope) => Scope;
  Interpreter: new (scope: Scope) => EngineInterpreter;
  parse(tokens: unknown): Node;
  tokenize(template: string, options: { lstrip_blocks: boolean; trim_blocks: boolean }): unknown;
}
