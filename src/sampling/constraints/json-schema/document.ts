import { ConstraintError } from "../../../errors.ts";
import { type Json, type JsonObject, below, isObject, sameKey } from "./json.ts";

/** A schema in its document. Equal places are one object. */
export interface SchemaPlace {
  readonly id: number;
  readonly schema: JsonObject | boolean;
  /** JSON pointer from the document's root. */
  readonly pointer: string;
  /** What references in it are relative to. */
  readonly base: string;
}

/** Keywords that hold one schema, a list of them, or several by name. */
const one = ["additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"];
const lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const named = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties", "dependencies"];
const holders = [...one, "unevaluatedItems", "unevaluatedProperties", "additionalItems", "contentSchema"];

const dialects = /^https?:\/\/json-schema\.org\/(draft\/(2020-12|2019-09)|draft-0[4-7])\/schema#?$/;

/** A schema document: its places, and where its references lead. */
export class SchemaDocument {
  readonly root: SchemaPlace;
  private readonly value: Json;
  private readonly places = new Map<JsonObject, SchemaPlace>();
  private readonly booleans = new Map<string, SchemaPlace>();
  private readonly resources = new Map<string, SchemaPlace>();
  private readonly anchors = new Map<string, SchemaPlace>();
  private readonly constants = new Map<string, SchemaPlace>();
  private count = 0;

  /** @throws ConstraintError */
  constructor(value: Json) {
    this.value = value;
    this.root = this.register(value, "", "schema:/");
    this.resources.set("schema:/", this.root);
  }

  /** The schema under a keyword of another. @throws ConstraintError `INVALID_SCHEMA` */
  child(of: SchemaPlace, ...steps: readonly (string | number)[]): SchemaPlace {
    let value: Json | undefined = of.schema;
    for (const step of steps) value = (value as Record<string, Json> | undefined)?.[step];
    return this.place(value, below(of.pointer, ...steps), of.base);
  }

  /** A schema that stands in no document, such as the one of a constant. */
  made(schema: JsonObject | boolean, by: SchemaPlace): SchemaPlace {
    const key = sameKey(schema);
    let place = this.constants.get(key);
    if (place === undefined) this.constants.set(key, (place = this.place(schema, by.pointer, by.base)));
    return place;
  }

  /** @throws ConstraintError `UNRESOLVED_REFERENCE` */
  resolve(reference: string, from: SchemaPlace): SchemaPlace {
    const url = parseUrl(reference, from.base);
    const fragment = decode(url?.hash.slice(1) ?? "");
    if (url !== undefined) url.hash = "";
    const resource = url && this.resources.get(url.href);
    if (resource !== undefined && fragment !== undefined) {
      if (fragment === "") return resource;
      if (!fragment.startsWith("/")) {
        const anchored = this.anchors.get(`${url!.href}#${fragment}`);
        if (anchored !== undefined) return anchored;
      } else {
        const target = this.byPointer(resource, fragment);
        if (target !== undefined) return target;
      }
    }
    const what = `${from.pointer}/$ref leads to nothing in the schema: ${JSON.stringify(reference)}`;
    const hint = "only references within the schema are followed; put what is meant under $defs";
    throw new ConstraintError("UNRESOLVED_REFERENCE", `${what}; ${hint}`, `${from.pointer}/$ref`);
  }

  private byPointer(from: SchemaPlace, pointer: string): SchemaPlace | undefined {
    let value: Json | undefined = from.schema;
    let { base } = from;
    const steps = pointer.slice(1).split("/");
    for (const step of steps.map((text) => text.replaceAll("~1", "/").replaceAll("~0", "~"))) {
      const holder = value as Record<string, Json> | null | undefined;
      if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, step)) return undefined;
      value = holder[step];
      if (isObject(value)) base = this.places.get(value)?.base ?? base;
    }
    return typeof value === "boolean" || isObject(value) ? this.place(value, from.pointer + pointer, base) : undefined;
  }

  private place(value: Json | undefined, pointer: string, base: string): SchemaPlace {
    if (typeof value === "boolean") {
      const known = this.booleans.get(String(value));
      if (known !== undefined) return known;
      const place = { id: this.count++, schema: value, pointer, base };
      this.booleans.set(String(value), place);
      return place;
    }
    if (!isObject(value)) {
      const what = `${pointer || "the schema"} must be an object, true or false, not ${shortText(value)}`;
      throw new ConstraintError("INVALID_SCHEMA", what, pointer);
    }
    const known = this.places.get(value);
    if (known !== undefined) return known;
    const place = { id: this.count++, schema: value, pointer, base };
    this.places.set(value, place);
    return place;
  }

  /** Finds the schemas in a schema, for their identifiers and anchors. */
  private register(value: Json | undefined, pointer: string, base: string): SchemaPlace {
    const own = isObject(value) ? this.baseOf(value, pointer, base) : base;
    const place = this.place(value, pointer, own);
    if (!isObject(value)) return place;
    if (own !== base) this.resources.set(own, place);
    for (const name of ["$anchor", "$dynamicAnchor"]) {
      const anchor = value[name];
      if (typeof anchor === "string") this.anchors.set(`${own}#${anchor}`, place);
    }
    const visit = (child: Json | undefined, ...steps: readonly (string | number)[]) => {
      if (isObject(child)) this.register(child, below(pointer, ...steps), own);
    };
    for (const name of holders) visit(value[name], name);
    for (const name of lists) {
      const list = value[name];
      if (Array.isArray(list)) (list as readonly Json[]).forEach((child, i) => visit(child, name, i));
    }
    for (const name of named) {
      const group = value[name];
      if (isObject(group)) for (const key of Object.keys(group)) visit(group[key], name, key);
    }
    return place;
  }

  private baseOf(schema: JsonObject, pointer: string, base: string): string {
    const dialect = schema.$schema;
    if (Object.hasOwn(schema, "$schema") && !(typeof dialect === "string" && dialects.test(dialect))) {
      const what = `${pointer}/$schema: ${shortText(dialect)} is not a dialect that is supported`;
      throw new ConstraintError("UNSUPPORTED_SCHEMA", `${what}; use draft 2020-12`, `${pointer}/$schema`);
    }
    const id = schema.$id;
    if (typeof id !== "string" || id.startsWith("#")) return base;
    const url = parseUrl(id, base);
    if (url === undefined) return base;
    url.hash = "";
    if (this.value === schema) this.resources.set(url.href, this.place(schema, pointer, url.href));
    return url.href;
  }
}

function parseUrl(text: string, base: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export function shortText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? typeof value : text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
