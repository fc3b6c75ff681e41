import { compileKernels, instantiateKernels } from "../../kernels/wasm/index.ts";
import { ropeTable } from "../../kernels/reference/index.ts";
import {
  type Backend,
  type Batch,
  type CacheStorage,
  type Operations,
  type PlanDescription,
  type Precision,
  type Program,
  type Taps,
  type Value,
  tapsOf,
} from "../tensor/index.ts";
import { type Arena, BlockPool } from "./arena.ts";
import { attentionWeights } from "./attention-weights.ts";
import { createControl } from "./control.ts";
import { explainPlan } from "./explain.ts";
import { type Placement, placePlan } from "./place.ts";
import type { PlacedOperation } from "./placed.ts";
import { recordGraph } from "./recorder.ts";
import { replay } from "./replay.ts";
import { spansOf } from "./span-share.ts";
import { Team } from "./team.ts";
import { Walker } from "./walker.ts";
import { WasmCache } from "./wasm-cache.ts";
import { WeightLoader } from "./weight-loader.ts";
import { Workspace } from "./workspace.ts";

export interface WasmBackendOptions {
  readonly precision: Precision;
  readonly threads: number;
  /** Relaxed SIMD or not; the same bits. Default: where the engine has it. */
  readonly relaxed?: boolean | undefined;
}

/** Tokens of a run at most, and rows of logits. */
const maxBatch = 64;
const maxOutputs = 32;

/** The backend that compiles the forward pass into a plan of WebAssembly kernels, walked by one or several threads. */
export async function createWasmBackend({ precision, threads, relaxed }: WasmBackendOptions): Promise<Backend> {
  const shared = threads > 1;
  const module = await compileKernels({ shared, relaxed });
  const loader = new WeightLoader(module, shared, precision);
  let program: WasmProgram | undefined;
  return {
    kernels: "wasm",
    precision,
    threads,
    maxBatch,
    maxOutputs,
    loadWeight: (source) => loader.load(source),
    async compile(graph: (ops: Operations) => Value): Promise<Program> {
      const arenas = loader.finish();
      const layout = instantiateKernels(module, arenas[0].memory);
      const placement = placePlan(recordGraph(graph), {
        arenas,
        threads,
        maxBatch,
        maxOutputs,
        quantizedBytes: (columns) => (columns / 32) * layout.activationBytes(),
        scratchBytes: Math.max(1 << 20, layout.singleScratchBytes(loader.widest)),
        layerPageBytes: ({ kvHeads, keyLength, valueLength, cache }) =>
          layout.cachePageBytes(kvHeads, keyLength, valueLength, Number(cache === "bf16")),
        partialBytes: ({ heads, valueLength }) => heads * layout.partialBytes(valueLength),
      });
      const memories = arenas.map(({ memory }) => memory);
      const spaces = memories.map((memory) => new Workspace(module, memory));
      const words = createControl(threads);
      const compute = (i: number) => program?.computeOther(i);
      const walker = new Walker(placement.plan, spaces, words, 0, compute);
      const team = await Team.start(walker, { plan: placement.plan, module, memories, words });
      program = new WasmProgram(arenas, placement, walker, team, precision);
      return program;
    },
    close: async () => program?.close(),
  };
}

/** A compiled forward pass. Runs wait for each other, since they share the plan's buffers. */
class WasmProgram implements Program {
  private readonly arenas: readonly Arena[];
  private readonly placement: Placement;
  private readonly walker: Walker;
  private readonly team: Team;
  private readonly precision: Precision;
  /** Of the run that is under way. */
  private batch: Batch | undefined;
  /** What contexts take for their caches and give back, in each memory. */
  private readonly cacheBlocks: readonly BlockPool[];
  /** In each memory, what `attendSpans` writes to. */
  private readonly partials: { address: number; bytes: number }[];
  private last: Promise<unknown> = Promise.resolve();

  constructor(arenas: readonly Arena[], placement: Placement, walker: Walker, team: Team, precision: Precision) {
    this.precision = precision;
    this.arenas = arenas;
    this.cacheBlocks = arenas.map((arena) => new BlockPool(arena));
    this.partials = arenas.map(() => ({ address: 0, bytes: 0 }));
    this.placement = placement;
    this.walker = walker;
    this.team = team;
  }

  explain(): PlanDescription {
    return explainPlan(this.placement.plan);
  }

  createCache(): CacheStorage {
    const { plan, pageBytes } = this.placement;
    return new WasmCache(this.cacheBlocks, pageBytes, plan.cache.extent);
  }

  run(batch: Batch, cache: CacheStorage, taps?: Taps, signal?: AbortSignal): Promise<Float32Array> {
    if (!(cache instanceof WasmCache)) throw new TypeError("the cache is another backend's");
    const result = this.last.then(() => this.runAlone(batch, cache, taps, signal));
    this.last = result.catch(() => undefined);
    return result;
  }

  close(): Promise<void> {
    return this.team.stop();
  }

  private async runAlone(
    batch: Batch,
    cache: WasmCache,
    taps: Taps | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    this.writeHeaders(batch, cache);
    this.batch = batch;
    const { operations, result } = this.placement.plan;
    const { length } = batch.tokens;
    const onResult = taps && ((i: number) => this.show(operations[i], batch, taps));
    await this.team.run(length, batch.outputs.length, { onResult, signal });
    const { into = new Float32Array(batch.outputs.length * result.columns) } = batch;
    const start = this.walker.at(result, 0) / 4;
    into.set(this.arenas[result.arena].f32.subarray(start, start + into.length));
    return into;
  }

  /** Computes an operation without a kernel. */
  computeOther(i: number): void {
    const { plan, others } = this.placement;
    const operation = plan.operations[i];
    if (operation.kind === "other") replay(others.get(i)!, operation, this.walker, this.batch!, this.precision);
  }

  private writeHeaders(batch: Batch, cache: WasmCache): void {
    const { plan, rotaries } = this.placement;
    const tables = rotaries.map((angles) => ropeTable({ ...angles, positions: batch.positions }));
    plan.headers.forEach((header, k) => {
      const pageTables = cache.writeTables(k, batch.pageTables);
      const partials = this.roomForPartials(k, Math.max(...batch.positions));
      const { i32, f32 } = this.arenas[k];
      i32[header.partials / 4] = partials;
      i32.set(batch.tokens, header.tokens / 4);
      i32.set(batch.positions, header.positions / 4);
      i32.set(batch.outputs, header.outputs / 4);
      batch.sequences.forEach((sequence, t) => (i32[header.pageTables / 4 + t] = pageTables[sequence]!));
      tables.forEach(({ cos, sin }, i) => {
        f32.set(cos, header.angles[i].cos / 4);
        f32.set(sin, header.angles[i].sin / 4);
      });
    });
  }

  /** The address of room for the parts of one token's attention at `position`. */
  private roomForPartials(k: number, position: number): number {
    const bytes = spansOf(0, position) * this.placement.partialBytes[k];
    const { address, bytes: room } = this.partials[k];
    if (bytes <= room) return address;
    const blocks = this.cacheBlocks[k];
    if (room > 0) blocks.release(address, room);
    const larger = Math.max(bytes, 2 * room);
    this.partials[k] = { address: blocks.allocate(larger), bytes: larger };
    return this.partials[k].address;
  }

  private show(operation: Placement["plan"]["operations"][number], batch: Batch, taps: Taps): void {
    if (operation.kind === "attend") this.showWeights(operation, batch, taps);
    for (const [name, slot] of operation.names) {
      for (const tap of tapsOf(taps, name)) {
        const rows = slot.rows === "tokens" ? batch.tokens.length : batch.outputs.length;
        const start = this.walker.at(slot, 0) / 4;
        tap(
          { shape: [rows, slot.columns], data: this.arenas[slot.arena].f32.slice(start, start + rows * slot.columns) },
          name,
        );
      }
    }
  }

  private showWeights(operation: Extract<PlacedOperation, { kind: "attend" }>, batch: Batch, taps: Taps): void {
    const name = `layer.${operation.options.layer}.attention.weights`;
    const wanted = tapsOf(taps, name);
    if (wanted.length === 0) return;
    const arena = this.arenas[operation.arena];
    const { headers, cache } = this.placement.plan;
    const tables = headers[operation.arena].pageTables / 4;
    for (let t = 0; t < batch.tokens.length; t++) {
      const query = this.walker.at(operation.query, t);
      const addresses = {
        query,
        layerExtent: cache.offsets[operation.options.layer],
        pageTable: arena.i32[tables + t],
      };
      // Computed anew for each function, which may change what it is shown.
      for (const tap of wanted) tap(attentionWeights(operation, arena, batch, t, addresses), name);
    }
  }
}
