import type { AttentionOptions, Operations, Projection, Rotary, Value, Weight } from "../tensor/index.ts";
import type { Graph, Node, ValueRef } from "./graph.ts";
import { VariantRecorder } from "./variant-recorder.ts";

/** The operations as a tape: nothing is computed, everything is written down. */
export class Recorder extends VariantRecorder implements Operations {
  private readonly nodes: Node[] = [];
  private readonly names = new Map<number, string[]>();
  private count = 0;

  embed(table: Weight): Value {
    const out = this.symbol(table.columns, "tokens");
    return this.record({ kind: "embed", table, out });
  }

  outputs(x: Value): Value {
    const out = this.symbol(x.columns, "outputs");
    return this.record({ kind: "outputs", x: x as ValueRef, out });
  }

  linear(projection: Projection, x: Value): Value {
    const out = this.symbol(projection.weight.rows, (x as ValueRef).rows);
    return this.record({ kind: "linear", projection, x: x as ValueRef, out });
  }

  rmsNorm(x: Value, weight: Weight, epsilon: number): Value {
    return this.record({ kind: "rmsNorm", x: x as ValueRef, weight, epsilon, out: this.like(x) });
  }

  rope(x: Value, rotary: Rotary): Value {
    return this.record({ kind: "rope", x: x as ValueRef, rotary, out: this.like(x) });
  }

  attention(query: Value, key: Value, value: Value, options: AttentionOptions): Value {
    const out = this.symbol(options.heads * options.valueLength, "tokens");
    const inputs = { query: query as ValueRef, key: key as ValueRef, value: value as ValueRef };
    return this.record({ kind: "attention", ...inputs, options, out });
  }

  swiglu(gate: Value, up: Value): Value {
    return this.record({ kind: "swiglu", gate: gate as ValueRef, up: up as ValueRef, out: this.like(gate) });
  }

  add(a: Value, b: Value): Value {
    return this.record({ kind: "add", a: a as ValueRef, b: b as ValueRef, out: this.like(a) });
  }

  named(name: string, x: Value): Value {
    const { id } = x as ValueRef;
    this.names.set(id, [...(this.names.get(id) ?? []), name]);
    return x;
  }

  /** What was recorded, with the value that the forward pass returned. */
  finish(result: Value): Graph {
    return { nodes: this.nodes, result: result as ValueRef, names: this.names };
  }

  protected record(node: Node): ValueRef {
    this.nodes.push(node);
    return node.out;
  }

  protected symbol(columns: number, rows: ValueRef["rows"]): ValueRef {
    return { id: this.count++, columns, rows };
  }

  private like(x: Value): ValueRef {
    return this.symbol(x.columns, (x as ValueRef).rows);
  }
}

/** Runs the forward pass once against the recorder. */
export function recordGraph(forward: (ops: Operations) => Value): Graph {
  const recorder = new Recorder();
  return recorder.finish(forward(recorder));
}
