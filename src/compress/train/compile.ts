import { InvalidArgumentError, ModelError } from "../../errors.ts";
import { type Graph, type Node, type ValueRef, countUses } from "../../plan/index.ts";
import type { Rotary } from "../../tensor/index.ts";
import type { HintLoss } from "./hint-loss.ts";
import { type Parameter, hintWeight, roomOf } from "./parameter.ts";
import { Places } from "./places.ts";
import type { TrainingPlan, TrainingStep } from "./plan.ts";
import type { RecordedWeight } from "./recording-backend.ts";

/** Kernels take lengths that are multiples of this. */
export const lengthUnit = 8;

/**
 * The plan of training one sequence of `tokens` tokens: walks the graph forwards to place the values, and backwards to
 * place the gradients.
 * @throws ModelError `UNTRAINABLE` for operations without a backward pass; InvalidArgumentError for odd lengths
 */
export function compileTraining(
  graph: Graph,
  weights: ReadonlyMap<string, RecordedWeight>,
  tokens: number,
  hasTeacher = false,
  hints?: HintLoss,
): TrainingPlan {
  if (tokens % lengthUnit !== 0) {
    throw new InvalidArgumentError(`the context must be a multiple of ${lengthUnit}, not ${tokens}`);
  }
  const compiler = new Compiler(graph, weights, tokens, hints);
  return compiler.compile(hasTeacher);
}

class Compiler {
  private readonly graph: Graph;
  private readonly tokens: number;
  private readonly places: Places;
  private readonly parameters = new Map<string, Parameter>();
  private readonly ropes: Rotary["angles"][] = [];
  private readonly uses: Map<number, number>;
  /** The hints by the value that they lead. */
  private readonly hints = new Map<number, number[]>();
  private readonly hintWidth: number;
  private hintPlace = 0;
  private size = 0;

  constructor(graph: Graph, weights: ReadonlyMap<string, RecordedWeight>, tokens: number, hints?: HintLoss) {
    this.graph = graph;
    this.tokens = tokens;
    this.places = new Places(tokens);
    this.uses = countUses(graph.nodes, graph.result);
    for (const weight of weights.values()) this.addParameter(weight);
    this.hintWidth = hints?.width ?? 0;
    hints?.layers.forEach((layer, index) => {
      const led = graph.nodes.find(({ out }) => graph.names.get(out.id)?.includes(`layer.${layer}.residual`));
      if (led === undefined) throw new InvalidArgumentError(`the student has no layer ${layer} to lead`);
      this.hints.set(led.out.id, [...(this.hints.get(led.out.id) ?? []), index]);
    });
  }

  compile(hasTeacher: boolean): TrainingPlan {
    const { graph, places, tokens } = this;
    graph.nodes.forEach((node) => this.placeValues(node));
    const logits = places.value(graph.result);
    places.put(graph.result, logits);
    this.hintPlace = places.take(tokens * this.hintWidth);
    const steps = [...graph.nodes]
      .reverse()
      .flatMap((node) => [...this.hintsOf(node), this.step(node)])
      .filter((step) => step !== undefined)
      .reverse();
    const parameters = [...this.parameters.values()];
    const most = (lengths: number[]) => Math.max(...lengths, 0);
    const matrices = parameters.filter(({ decays }) => decays);
    const widest = most([this.hintWidth, ...graph.nodes.map(({ out }) => out.columns)]);
    const scratch = {
      weight: places.take(most(matrices.map(roomOf))),
      strips: places.take(tokens * Math.max(widest, tokens)),
      panels: places.take(tokens * widest),
      square: places.take(tokens * tokens),
      facts: places.take(2 * tokens),
      soft: hasTeacher ? places.take(tokens * graph.result.columns) : logits,
    };
    const named: Record<string, { at: number; columns: number }> = {};
    for (const { out } of graph.nodes) {
      for (const name of graph.names.get(out.id) ?? []) named[name] = { at: places.value(out), columns: out.columns };
    }
    const vocabulary = graph.result.columns;
    const { size, ropes } = this;
    return { tokens, vocabulary, parameters, size, steps, ropes, logits, named, scratch, room: places.room };
  }

  private addParameter({ name, rows, columns }: RecordedWeight): void {
    if (columns % lengthUnit !== 0 || (rows > 1 && rows % lengthUnit !== 0)) {
      const shape = rows === 1 ? `${columns}` : `${rows} × ${columns}`;
      throw new InvalidArgumentError(`"${name}" is ${shape}: training takes multiples of ${lengthUnit} only`);
    }
    this.parameters.set(name, { name, rows, columns, at: this.size, decays: rows > 1 });
    this.size += roomOf({ rows, columns });
  }

  private parameter({ name }: { readonly name: string }): Parameter {
    return this.parameters.get(name)!;
  }

  private placeValues(node: Node): void {
    if (node.kind === "outputs") this.places.alias(node.out, node.x);
    else if (node.kind === "rope") {
      // Nobody else reads what is turned, so it can be turned where it is.
      if (this.uses.get(node.x.id) !== 1) throw untrainable("a rotation of a value that is read elsewhere");
      this.places.alias(node.out, node.x);
    } else this.places.value(node.out);
  }

  /** What leads the node's value: it adds to the gradient that the operations after it have left. */
  private hintsOf({ out }: Node): TrainingStep[] {
    return (this.hints.get(out.id) ?? []).map((index) => {
      const weight = this.parameters.get(hintWeight(index));
      const [x, dx] = [this.places.value(out), this.places.gradient(out)];
      return { kind: "hint", index, columns: out.columns, weight, x, dx, out: this.hintPlace };
    });
  }

  private step(node: Node): TrainingStep | undefined {
    const { places } = this;
    const dOut = places.filled(node.out);
    if (dOut === undefined) return undefined; // nothing comes of it
    if (node.kind === "outputs" || node.kind === "rope") {
      places.move(node.out, node.x);
      return node.kind === "rope" ? this.rope(node.rotary, node.x, dOut) : undefined;
    }
    const step = this.stepOf(node, dOut);
    places.release(node.out);
    return step;
  }

  private stepOf(node: Exclude<Node, { kind: "outputs" | "rope" }>, dOut: number): TrainingStep {
    const { places } = this;
    const out = places.value(node.out);
    switch (node.kind) {
      case "embed":
        return { kind: "embed", table: this.parameter(node.table), out, dOut };
      case "linear": {
        const { weight, scale, bias, outputScale } = node.projection;
        if ((scale ?? bias ?? outputScale) !== undefined) throw untrainable("a projection with a bias or a scale");
        const x = places.value(node.x);
        return { kind: "linear", weight: this.parameter(weight), x, out, dOut, dx: places.gradient(node.x) };
      }
      case "rmsNorm": {
        const { weight, epsilon, x } = node;
        const segments = x.columns / weight.columns;
        if (weight.rows !== 1) throw untrainable("a norm with a weight for each head");
        const parts = { weight: this.parameter(weight), epsilon, segments, x: places.value(x) };
        return { kind: "rmsNorm", ...parts, out, dOut, dx: places.gradient(x) };
      }
      case "attention":
        return this.attention(node, out, dOut);
      case "swiglu": {
        const [gate, up] = [places.value(node.gate), places.value(node.up)];
        const [dGate, dUp] = [this.only(node.gate), this.only(node.up)];
        return { kind: "swiglu", columns: node.out.columns, gate, up, out, dOut, dGate, dUp };
      }
      case "add": {
        const [a, b] = [places.value(node.a), places.value(node.b)];
        const da = places.gradient(node.a);
        const isFree = places.filled(node.b) === undefined;
        const db = isFree ? undefined : places.gradient(node.b);
        if (isFree) places.move(node.out, node.b);
        return { kind: "add", columns: node.out.columns, a, b, out, dOut, da, db };
      }
      case "other":
        throw untrainable(`the operation "${node.operation}"`);
    }
  }

  private rope({ angles, headLength, pairing }: Rotary, x: ValueRef, dOut: number): TrainingStep {
    let table = this.ropes.indexOf(angles);
    if (table < 0) table = this.ropes.push(angles) - 1;
    const heads = x.columns / headLength;
    const adjacent = pairing === "adjacent";
    return { kind: "rope", table, heads, headLength, adjacent, out: this.places.value(x), dOut };
  }

  private attention(node: Extract<Node, { kind: "attention" }>, out: number, dOut: number): TrainingStep {
    const { places, tokens } = this;
    const { heads, kvHeads, keyLength, valueLength, scale, softCap, window, sinks, slopes } = node.options;
    if ((softCap ?? sinks ?? slopes) !== undefined) throw untrainable("attention with caps, sinks or slopes");
    if (window !== undefined && window.length < tokens) throw untrainable("attention in windows");
    if (keyLength % lengthUnit !== 0 || valueLength % lengthUnit !== 0) {
      throw new InvalidArgumentError(`heads of ${keyLength}: training takes multiples of ${lengthUnit} only`);
    }
    const [query, key, value] = [node.query, node.key, node.value].map((input) => places.value(input));
    const weights = places.take(heads * tokens * tokens);
    const [dQuery, dKey, dValue] = [node.query, node.key, node.value].map((input) => this.only(input));
    const shape = { heads, kvHeads, keyLength, valueLength, scale };
    return { kind: "attention", ...shape, query, key, value, weights, out, dOut, dQuery, dKey, dValue };
  }

  /** The gradient's place of a value that one operation only reads. */
  private only(value: ValueRef): number {
    const { at, add } = this.places.gradient(value);
    if (add) throw untrainable("a gate or attention that shares its inputs");
    return at;
  }
}

function untrainable(what: string): ModelError {
  return new ModelError("UNTRAINABLE", `training knows LLaMA's operations only, and the model has ${what}`);
}
