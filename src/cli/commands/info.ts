import type { Command } from "commander";
import { type Gguf, type MetadataValue, countParameters } from "../../gguf/index.ts";
import { withGguf } from "../open-tokenizer.ts";
import { addExamples, fileArgument } from "../options.ts";
import { write, writeJson } from "../output.ts";

interface Flags {
  readonly json?: boolean;
  readonly arrays?: boolean;
}

/** `pellucid info`: what a GGUF file holds. */
export function define(command: Command): void {
  command
    .argument("[MODEL]", fileArgument)
    .option("--json", "print JSON")
    .option("--arrays", "with --json: long arrays too, such as the vocabulary");
  addExamples(command, "pellucid info model.gguf", "pellucid info model.gguf --json --arrays").action(
    async (model: string | undefined, flags: Flags) => {
      await withGguf(model, (gguf) =>
        flags.json === true ? writeJson(asJson(gguf, flags.arrays === true)) : write(asText(gguf)),
      );
    },
  );
}

/** Arrays beyond this are told by their length. */
const longArray = 16;

function asJson(gguf: Gguf, arrays: boolean): unknown {
  const metadata = Object.fromEntries([...gguf.metadata].map(([key, value]) => [key, plain(value, arrays)]));
  const tensors = [...gguf.tensors.values()].map(({ name, dtype, shape, byteLength, position, part }) => ({
    name,
    type: dtype.name,
    shape,
    bytes: byteLength,
    position,
    ...(part > 0 && { part }),
  }));
  const { version, littleEndian, size, alignment } = gguf;
  return {
    version,
    endianness: littleEndian ? "little" : "big",
    bytes: size,
    alignment,
    parameters: countParameters(gguf.tensors.values()),
    metadata,
    tensors,
  };
}

/** A value that JSON can hold: 64-bit integers that are no exact number, infinities and NaN become strings. */
function plain(value: MetadataValue, arrays: boolean): unknown {
  if (value.type !== "array") return scalar(value.value);
  if (!arrays && value.value.length > longArray) return { array: value.elementType, length: value.value.length };
  return Array.from(value.value as ArrayLike<unknown>, (item) =>
    typeof item === "object" && item !== null
      ? plain({ ...item, type: "array" } as MetadataValue, arrays)
      : scalar(item),
  );
}

function scalar(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function asText(gguf: Gguf): string {
  const { version, littleEndian, size, alignment, metadata, tensors } = gguf;
  const lines = [
    `GGUF version ${version}, ${littleEndian ? "little" : "big"}-endian, ${megabytes(size)}, alignment ${alignment}`,
    `${countParameters(tensors.values()).toLocaleString("en-US")} parameters in ${tensors.size} tensors: ${typesOf(gguf)}`,
    "",
    ...table([...metadata].map(([key, value]) => [key, typeOf(value), brief(value)])),
    "",
    ...table(
      [...tensors.values()].map(({ name, dtype, shape, byteLength }) => [
        name,
        dtype.name,
        shape.join(" x "),
        megabytes(byteLength),
      ]),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function typesOf({ tensors }: Gguf): string {
  const bytes = new Map<string, number>();
  for (const { dtype, byteLength } of tensors.values()) {
    bytes.set(dtype.name, (bytes.get(dtype.name) ?? 0) + byteLength);
  }
  return [...bytes].map(([name, sum]) => `${name} ${megabytes(sum)}`).join(", ");
}

function typeOf(value: MetadataValue): string {
  return value.type === "array" ? `${value.elementType}[${value.value.length}]` : value.type;
}

/** A value in at most one line; control characters as JSON writes them. */
function brief(value: MetadataValue): string {
  const text = JSON.stringify(
    value.type === "array"
      ? Array.from({ length: Math.min(6, value.value.length) }, (_, i) => scalar(value.value[i]))
      : scalar(value.value),
  );
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd(),
  );
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${bytes} B` : `${(bytes / 1e6).toFixed(1)} MB`;
}
