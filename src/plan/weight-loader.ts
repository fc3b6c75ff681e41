import type { BlockFormat } from "../../kernels/formats/index.ts";
import { type Kernels, instantiateKernels, integerFormats, kernelFormats } from "../../kernels/wasm/index.ts";
import { type Precision, type WeightSource, nonFiniteWeight, requireFormat } from "../tensor/index.ts";
import { Arena } from "./arena.ts";
import { type Repacking, packIntegers, repackingOf } from "./repack.ts";
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
  /** Columns of the widest matrix so far. */
  widest = 0;
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
    return isVector(source) ? this.loadVector(source, format) : this.loadMatrix(source, format);
  }

  /** All memories, once nothing more is loaded. */
  finish(): readonly Arena[] {
    this.piece = new Uint8Array(0);
    return this.arenas;
  }

  /** A norm's weight, a bias or a scale: few numbers, kept in single precision. */
  private async loadVector(source: WeightSource, format: BlockFormat): Promise<WasmWeight> {
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

  private async loadMatrix(source: WeightSource, format: BlockFormat): Promise<WasmWeight> {
    const { name, dtype, rows, columns } = source;
    this.widest = Math.max(this.widest, columns);
    const number = kernelFormats[dtype.name];
    const repacking = number === undefined ? repackingOf(format) : undefined;
    const kernelFormat = number ?? repacking!.kernelFormat;
    const rowBytes = (columns / dtype.blockLength) * dtype.blockBytes;
    const packedBytes = this.kernels[0].packedBytes(kernelFormat, rows, columns);
    const { arena, address } = this.place(packedBytes);
    const rowsAtOnce = Math.max(4, Math.floor(pieceBytes / rowBytes) & ~3);
    for (let row = 0; row < rows; row += rowsAtOnce) {
      const count = Math.min(rowsAtOnce, rows - row);
      const bytes = count * rowBytes;
      if (this.piece.length < bytes) this.piece = new Uint8Array(Math.max(bytes, pieceBytes));
      const blocks = await source.read(row * rowBytes, bytes, this.piece);
      const out = address + this.kernels[0].packedBytes(kernelFormat, row, columns);
      const bad =
        repacking === undefined
          ? this.pack(kernelFormat, arena, blocks, count, columns, out)
          : this.repack(repacking, format, arena, blocks, count, columns, out);
      if (bad >= 0) throw nonFiniteWeight(name, (row * columns) / dtype.blockLength + bad);
    }
    const product = repacking?.integers ?? integerFormats.find((known) => known === dtype.name);
    const integers = this.precision === "int8" ? product : undefined;
    return { name, dtype, rows, columns, arena, address, packedBytes, kernelFormat, integers, first: NaN };
  }

  /** Packs rows of a file's blocks. Returns the first block with an infinite or NaN scale, or −1. */
  private pack(format: number, arena: number, blocks: Uint8Array, rows: number, columns: number, out: number): number {
    const staging = this.stagingFor(arena, blocks.length);
    this.arenas[arena].u8.set(blocks, staging);
    return this.kernels[arena].pack(format, staging, rows, columns, out);
  }

  /** The same for a format without kernels of its own. */
  private repack(
    { kernelFormat, convert }: Repacking,
    format: BlockFormat,
    arena: number,
    blocks: Uint8Array,
    rows: number,
    columns: number,
    out: number,
  ): number {
    const bad = format.findNonFinite(blocks, 0, (rows * columns) / format.blockLength);
    if (bad >= 0) return bad / format.blockBytes;
    if (convert !== undefined) {
      return this.pack(kernelFormat, arena, convert(format, blocks, rows, columns), rows, columns, out);
    }
    const { i32, f32 } = this.arenas[arena];
    packIntegers(format, blocks, rows, columns, i32, f32, out);
    return -1;
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
