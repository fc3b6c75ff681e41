import type { Node } from "./graph.ts";
import { type Operation, type Products, lastOf } from "./operation.ts";

/**
 * Products that follow each other and read the same input become one operation: queries, keys and values; gate and up.
 * @param together whether two weights may be in one operation: they must lie in the same memory
 */
export function mergeProducts(
  nodes: readonly Node[],
  together: (a: Products["parts"][number], b: Products["parts"][number]) => boolean,
): Operation[] {
  const merged: Operation[] = [];
  for (const node of nodes) {
    if (node.kind !== "linear") {
      merged.push(node);
      continue;
    }
    const part = { projection: node.projection, factor: node.factor, out: node.out };
    const last = lastOf(merged);
    if (last?.kind === "products" && last.x.id === node.x.id && together(last.parts[0], part)) {
      merged[merged.length - 1] = { ...last, parts: [...last.parts, part] };
    } else merged.push({ kind: "products", x: node.x, parts: [part] });
  }
  return merged;
}
