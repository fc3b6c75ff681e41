type Json = unknown;

/** A value with the keys that a schema lists first, in the schema's order, and then the others; in its items too. */
export function inSchemaOrder(value: Json, schema: Json): Json {
  return ordered(value, listedKeys(schema, new Map()));
}

function listedKeys(schema: Json, places: Map<string, number>): Map<string, number> {
  if (typeof schema !== "object" || schema === null) return places;
  for (const [name, value] of Object.entries(schema)) {
    if (name === "properties" || name === "const") addKeys(value, places);
    if (name === "enum" && Array.isArray(value)) for (const one of value) addKeys(one, places);
    listedKeys(value, places);
  }
  return places;
}

function addKeys(of: Json, places: Map<string, number>): void {
  if (typeof of !== "object" || of === null || Array.isArray(of)) return;
  for (const key of Object.keys(of)) if (!places.has(key)) places.set(key, places.size);
}

function ordered(value: Json, places: ReadonlyMap<string, number>): Json {
  if (Array.isArray(value)) return value.map((item) => ordered(item, places));
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  const listed = keys.filter((key) => places.has(key)).sort((a, b) => places.get(a)! - places.get(b)!);
  const others = keys.filter((key) => !places.has(key));
  const of = value as Record<string, Json>;
  return Object.fromEntries([...listed, ...others].map((key) => [key, ordered(of[key], places)]));
}
