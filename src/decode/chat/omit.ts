/** The object without some of its fields. */
export function omit<T extends object, K extends keyof T>(object: T, ...names: readonly K[]): Omit<T, K> {
  const rest = { ...object };
  for (const name of names) Reflect.deleteProperty(rest, name);
  return rest;
}
