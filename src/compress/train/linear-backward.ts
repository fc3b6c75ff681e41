import { type Desk, packedBackward } from "./forward.ts";
import type { Parameter } from "./parameter.ts";
import type { Gradient } from "./plan.ts";

/** Places of a product with a matrix. */
export interface LinearPlaces {
  readonly weight: Parameter;
  readonly x: number;
  readonly dOut: number;
  readonly dx: Gradient;
}

/** The gradients of a product's matrix, added to those at `gradients`, and of what it is multiplied by. */
export function linearBackward(desk: Desk, { weight, x, dOut, dx }: LinearPlaces, gradients: number): void {
  const { plan, kernels, base } = desk;
  const { tokens: count, scratch } = plan;
  const at = (place: number) => base + 4 * place;
  const { rows: outputs, columns } = weight;
  const [strips, panels] = [at(scratch.strips), at(scratch.panels)];
  kernels.packStrips(at(dOut), outputs, count, outputs, strips, 0);
  kernels.packPanels(at(x), columns, count, columns, panels);
  kernels.productPacked(strips, panels, gradients + 4 * weight.at, columns, outputs, columns, count, 1);
  const packed = packedBackward(desk, weight);
  kernels.product(at(dOut), outputs, packed, at(dx.at), columns, count, columns, outputs, Number(dx.add));
}
