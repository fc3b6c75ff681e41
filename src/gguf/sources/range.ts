import { GgufError } from "../../errors.ts";

/** Refuses a range that does not lie within a source. */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  const valid = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!valid || offset + length > size) {
    throw new GgufError("TRUNCATED", `${name}: ${length} bytes at byte ${offset} reach past its end at ${size}`);
  }
}
