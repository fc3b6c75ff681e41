import { formatByName } from "../../../kernels/formats/index.ts";
import { InvalidArgumentError, ModelError } from "../../errors.ts";
import { type Graph, recordGraph } from "../../plan/index.ts";
import type { Backend, Operations, Program, Value, Weight, WeightSource } from "../../tensor/index.ts";

/** A weight as numbers. */
export interface RecordedWeight extends Weight {
  /** [rows, columns] */
  readonly values: Float32Array;
}

const pieceRows = 64;

/** A backend that computes nothing: it keeps the weights in single precision, and the forward pass as a graph. */
export class RecordingBackend implements Backend {
  readonly kernels = "reference";
  readonly precision = "f32";
  readonly threads = 1;
  readonly maxBatch = 1;
  readonly maxOutputs = 1;
  readonly weights = new Map<string, RecordedWeight>();
  graph: Graph | undefined;

  async loadWeight(source: WeightSource): Promise<Weight> {
    const { name, dtype, rows, columns } = source;
    const format = formatByName(dtype.name);
    if (format === undefined) throw new ModelError("UNSUPPORTED_FORMAT", `tensor "${name}": no format ${dtype.name}`);
    const values = new Float32Array(rows * columns);
    const blocks = columns / format.blockLength;
    for (let row = 0; row < rows; row += pieceRows) {
      const count = Math.min(pieceRows, rows - row) * blocks;
      const bytes = await source.read(row * blocks * format.blockBytes, count * format.blockBytes);
      format.unpack(bytes, 0, count, values, row * columns);
    }
    if (!values.every(Number.isFinite)) {
      throw new ModelError("NON_FINITE_WEIGHT", `tensor "${name}" holds an infinite or NaN number`);
    }
    const weight = { name, dtype, rows, columns, values };
    this.weights.set(name, weight);
    return weight;
  }

  compile(forward: (ops: Operations) => Value): Promise<Program> {
    this.graph = recordGraph(forward);
    const none = () => {
      throw new InvalidArgumentError("a model that is being recorded can't run");
    };
    return Promise.resolve({ createCache: none, run: none });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
