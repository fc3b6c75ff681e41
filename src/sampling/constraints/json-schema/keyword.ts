import { ConstraintError } from "../../../errors.ts";
import { type SchemaDocument, type SchemaPlace, shortText } from "./document.ts";
import { type Json, type JsonObject, type Type, below, isObject } from "./json.ts";
import type { Literal } from "./literals.ts";
import type { Shape } from "./shapes.ts";

/** What a keyword asks for, of values of one type: the shapes where it holds, and those where it fails. */
export interface Condition {
  readonly holds: (shape: Shape) => readonly Shape[];
  readonly fails: (shape: Shape) => readonly Shape[];
}

/** What keywords need of the whole. */
export interface Refiner {
  readonly document: SchemaDocument;
  /** Whether `format` is more than a note. */
  readonly formats: boolean;
  /** The parts of shapes where a schema holds, or does not. */
  refine(shapes: readonly Shape[], literal: Literal): readonly Shape[];
  /** Runs `what` for another value: an item, a property, a key. */
  anew<Result>(what: () => Result): Result;
  /** Whether it is certain that no value has the shape. */
  isEmpty(shape: Shape): boolean;
}

/** A keyword where it stands. */
export interface Keyword {
  readonly name: string;
  readonly value: Json;
  readonly schema: JsonObject;
  readonly place: SchemaPlace;
  readonly refiner: Refiner;
  readonly type: Type;
}

/** Gives the condition; undefined where it asks nothing of the type. */
export type KeywordReader = (keyword: Keyword) => Condition | undefined;

export const all = (shape: Shape): readonly Shape[] => [shape];
export const none = (): readonly Shape[] => [];

export function invalid({ name, value, place }: Keyword, expected: string): ConstraintError {
  const pointer = below(place.pointer, name);
  return new ConstraintError("INVALID_SCHEMA", `${pointer} must be ${expected}, not ${shortText(value)}`, pointer);
}

export function unsupported({ name, place }: Keyword, what: string, hint: string): ConstraintError {
  const pointer = below(place.pointer, name);
  return new ConstraintError("UNSUPPORTED_SCHEMA", `${pointer}: ${what}; ${hint}`, pointer);
}

export function countOf(keyword: Keyword): number {
  const { value } = keyword;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(keyword, "a whole number of at least 0");
}

export function numberOf(keyword: Keyword): number {
  if (typeof keyword.value === "number") return keyword.value;
  throw invalid(keyword, "a number");
}

export function textOf(keyword: Keyword): string {
  if (typeof keyword.value === "string") return keyword.value;
  throw invalid(keyword, "a string");
}

export function namesOf(keyword: Keyword, value = keyword.value): readonly string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) return [...new Set<string>(value)];
  throw invalid(keyword, "a list of names");
}

export function objectOf(keyword: Keyword): JsonObject {
  if (isObject(keyword.value)) return keyword.value;
  throw invalid(keyword, "an object");
}

export function listOf(keyword: Keyword): readonly Json[] {
  if (Array.isArray(keyword.value) && keyword.value.length > 0) return keyword.value as readonly Json[];
  throw invalid(keyword, "a list that is not empty");
}
