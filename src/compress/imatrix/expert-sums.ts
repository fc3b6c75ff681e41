import type { LoadedModel } from "../../model/index.ts";
import type { Taps } from "../../tensor/index.ts";
import type { ImportanceEntry } from "./importance-matrix.ts";

/** Sums of squares of what each expert of a layer is multiplied by, over the tokens that come to it. */
export class ExpertSums {
  private readonly model: LoadedModel;
  private readonly layer: number;
  private readonly counts: Float64Array;
  /** [experts, width] and [experts, expert length] */
  private readonly inputs: Float64Array;
  private readonly hidden: Float64Array;
  /** Of the tokens that are being computed. */
  private input: Float32Array = new Float32Array();
  private shares: Float32Array = new Float32Array();

  static hasExperts({ gguf }: LoadedModel, layer: number): boolean {
    return gguf.tensors.has(`blk.${layer}.ffn_down_exps.weight`);
  }

  constructor(model: LoadedModel, layer: number) {
    const [length, width, experts] = model.gguf.tensors.get(`blk.${layer}.ffn_down_exps.weight`)!.shape;
    this.model = model;
    this.layer = layer;
    this.counts = new Float64Array(experts);
    this.inputs = new Float64Array(experts * width);
    this.hidden = new Float64Array(experts * length);
  }

  taps(): Taps {
    const name = `layer.${this.layer}.feed_forward`;
    return {
      [`${name}.input`]: ({ data }) => void (this.input = data),
      [`${name}.expert_weights`]: ({ data }) => void (this.shares = data),
      [`${name}.expert_hidden`]: ({ data }) => this.add(data),
    };
  }

  private add(hidden: Float32Array): void {
    const { counts, input, shares } = this;
    const experts = counts.length;
    const tokens = shares.length / experts;
    const [width, length] = [input.length / tokens, this.hidden.length / experts];
    const { weighInput = false } = this.model.config.variant.experts ?? {};
    for (let t = 0; t < tokens; t++) {
      let at = (t * hidden.length) / tokens;
      for (let e = 0; e < experts; e++) {
        const share = shares[t * experts + e];
        if (share === 0) continue;
        counts[e]++;
        const factor = weighInput ? share : 1;
        for (let k = 0; k < width; k++) this.inputs[e * width + k] += (factor * input[t * width + k]) ** 2;
        for (let k = 0; k < length; k++) this.hidden[e * length + k] += hidden[at + k] ** 2;
        at += length;
      }
    }
  }

  /** By the matrices' names, those that the file has. */
  *entries(): Iterable<readonly [string, ImportanceEntry]> {
    const counts = Float32Array.from(this.counts);
    const inputs = Float32Array.from(this.inputs);
    const hidden = Float32Array.from(this.hidden);
    for (const part of ["gate", "up", "gate_up", "down"]) {
      const name = `blk.${this.layer}.ffn_${part}_exps.weight`;
      if (this.model.gguf.tensors.has(name)) yield [name, { sums: part === "down" ? hidden : inputs, counts }];
    }
  }
}
