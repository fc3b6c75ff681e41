import type { formatByName } from "../../kernels/formats/index.ts";
import { type Kernels, instantiateKernels, integerFormats, kernelFormats } from "../../kernels/wasm/index.ts";
import { ModelError } from "../errors.ts";
import { type Precision, type WeightSource, nonFiniteWeight, requireFormat } from "../tensor/index.ts";
import { Arena } from "./arena.ts";
import type { WasmWeight } from "./wasm-weight.ts";

/** How much of a tensor is in flight at once, about. */
const pieceBytes = 1 << 20;
/** Weights fill a memory up to here; the rest is for caches and the plan's buffers. */
const weightsPerArena = 3 * 2 ** 30;

/** Brings weights from a file to WebAssembly memory, piece by piece, and packs them for their kernels on the way. */
export class WeightLoader {
  private readonly module: WebAssembly.Module;
  private readonly shared: boolean;
  private readonly precision: Precision;
  /** Where pieces of the file are read to, again and again. */
  private piece = new Uint8Array(0);
  private readonly arenas: Arena[] = [];
  private readonly kernels: Kernels[] = [];
  /** Where pieces arrive in each memory. */
  private readonly staging = new Map<number, { address: number; bytes: number }>();

  constructor(module: WebAssembly.Module, shared: boolean, precision: Precision) {
    this.module = module;
    this.shared = shared;
    this.precision = precision;
    this.addArena();
  }

  /** @throws ModelError as `Backend.loadWeight` */
  async load(source: WeightSource): Promise<WasmWeight> {
    const format = requireFormat(source);
    return isVector(source) ? this.loadVector(source, format) : this.loadMatrix(source);
  }

  /** All memories, once nothing more is loaded. */
  finish(): readonly Arena[] {
    this.piece = new Uint8Array(0);
    return this.arenas;
  }

  /** A norm's weight, a bias or a scale: few numbers, kept in single precision. */
  private async loadVector(
    source: WeightSource,
    format: NonNullable<ReturnType<typeof formatByName>>,
  ): Promise<WasmWeight> {
    const { name, dtype, rows, columns } = source;
    const length = rows * columns;
    const blocks = length / format.blockLength;
    const bytes = (await source.read(0, blocks * format.blockBytes)).slice();
    const bad = format.findNonFinite(bytes, 0, blocks);
    if (bad >= 0) throw nonFiniteWeight(name, bad / format.blockBytes);
    const numbers = new Float32Array(length);
    format.unpack(bytes, 0, blocks, numbers, 0);
    const { arena, address } = this.place(4 * length);
    this.arenas[arena].f32.set(numbers, address / 4);
    return {
      name,
      dtype,
      rows,
      columns,
      arena,
      address,
      packedBytes: 4 * length,
      kernelFormat: kernelFormats.F32!,
      integers: undefined,
      first: numbers[0],
      format,
      bytes,
    };
  }

  private async loadMatrix(source: WeightSource): Promise<WasmWeight> {
    const { name, dtype, rows, columns } = source;
    const format = kernelFormats[dtype.name];
    if (format === undefined) {
      throw new ModelError("NO_FAST_KERNEL", `tensor "${name}" is ${dtype.name}: use the reference kernels`);
    }
    const rowBytes = (columns / dtype.blockLength) * dtype.blockBytes;
    const bytes = this.kernels[0].packedBytes(format, rows, columns);
    const { arena, address } = this.place(bytes);
    const rowsAtOnce = Math.max(4, Math.floor(pieceBytes / rowBytes) & ~3);
    const staging = this.stagingFor(arena, rowsAtOnce * rowBytes);
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - row);
      const bytes = count * rowBytes;
      if (this.piece.length < bytes) this.piece = new Uint8Array(Math.max(bytes, pieceBytes));
      this.arenas[arena].u8.set(await source.read(row * rowBytes, bytes, this.piece), staging);
      const out = address + this.kernels[0].packedBytes(format, row, columns);
      const bad = this.kernels[arena].pack(format, staging, count, columns, out);
      if (bad >= 0) throw nonFiniteWeight(name, (row * columns) / dtype.blockLength + bad);
    }
    const integers = this.precision === "int8" ? integerFormats.find((name) => name === dtype.name) : undefined;
    const packed = { arena, address, packedBytes: bytes, kernelFormat: format };
    return { name, dtype, rows, columns, ...packed, integers, first: NaN };
  }

  /** A place for a weight, in the last memory or a new one. */
  private place(bytes: number): { arena: number; address: number } {
    const last = this.arenas[this.arenas.length - 1];
    if (last.used + bytes > weightsPerArena && last.used > pieceBytes) this.addArena();
    const arena = this.arenas.length - 1;
    return { arena, address: this.arenas[arena].allocate(bytes) };
  }

  /** Where pieces arrive in a memory: the same block again and again, unless four rows are longer. */
  private stagingFor(arena: number, bytes: number): number {
    const old = this.staging.get(arena);
    if (old !== undefined && old.bytes >= bytes) return old.address;
    const size = Math.max(bytes, pieceBytes);
    const address = this.arenas[arena].allocate(size);
    this.staging.set(arena, { address, bytes: size });
    return address;
  }

  private addArena(): void {
    const arena = new Arena(this.shared);
    this.arenas.push(arena);
    this.kernels.push(instantiateKernels(this.module, arena.memory));
  }
}

/** Norms' weights, biases, scales: what is not multiplied as a matrix, whatever its rows. */
function isVector({ name }: WeightSource): boolean {
  return /\.(bias|scale)$|norm|sinks|^ones$/.test(name);
}
