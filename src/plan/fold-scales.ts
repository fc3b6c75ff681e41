import type { Graph, Node } from "./graph.ts";
import { countUses } from "./operation.ts";

/**
 * A product that is only multiplied by a number afterwards is multiplied as it is computed. A product that has a name can
 * be looked at, so it stays.
 */
export function foldScales({ nodes, result, names }: Graph): Node[] {
  const uses = countUses(nodes, result);
  const folded: Node[] = [];
  for (const node of nodes) {
    const last = folded.at(-1);
    if (
      node.kind === "other" &&
      node.step?.operation === "scale" &&
      last?.kind === "linear" &&
      last.factor === undefined &&
      last.projection.outputScale === undefined &&
      last.out.id === node.inputs[0].id &&
      uses.get(last.out.id) === 1 &&
      !names.has(last.out.id)
    ) {
      folded[folded.length - 1] = { ...last, factor: node.step.factor, out: node.out };
    } else folded.push(node);
  }
  return folded;
}
