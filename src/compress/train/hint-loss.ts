/** How a student's layer is compared with a teacher's, for each position. */
export type HintKind = "mean-square" | "cosine";
export const hintKinds: readonly HintKind[] = ["mean-square", "cosine"];

/** Residuals of the student that follow residuals of the teacher. */
export interface HintLoss {
  readonly kind: HintKind;
  /** Factor on the sum of the hints' losses. */
  readonly weight: number;
  /** The student's layers that are led. */
  readonly layers: readonly number[];
  /** Length of the teacher's residuals. */
  readonly width: number;
}

/**
 * How far y is from h, and the slope by each number of y, which takes the place of y:
 *
 *     mean-square   1/n · Σ (y − h)²             2/n · (y − h)
 *     cosine        1 − y·h / (‖y‖ · ‖h‖)        (cos · y/‖y‖ − h/‖h‖) / ‖y‖
 *
 * Romero et al. 2015, "FitNets" (arXiv 1412.6550), eq. 3; Sanh et al. 2019, "DistilBERT" (arXiv 1910.01108), section 2.
 * @param scale factor on the slopes
 */
export function hintLoss(
  kind: HintKind,
  y: Float32Array | Float64Array,
  h: Float32Array | Float64Array,
  scale: number,
): number {
  const n = y.length;
  let sum = 0;
  if (kind === "mean-square") {
    for (let k = 0; k < n; k++) {
      const difference = y[k] - h[k];
      sum += difference * difference;
      y[k] = (2 * scale * difference) / n;
    }
    return sum / n;
  }
  let [squareY, squareH] = [0, 0];
  for (let k = 0; k < n; k++) {
    sum += y[k] * h[k];
    squareY += y[k] * y[k];
    squareH += h[k] * h[k];
  }
  // What is zero has no direction, and so no slope.
  if (squareY === 0 || squareH === 0) {
    y.fill(0);
    return 1;
  }
  const [lengthY, lengthH] = [Math.sqrt(squareY), Math.sqrt(squareH)];
  const cosine = sum / (lengthY * lengthH);
  for (let k = 0; k < n; k++) y[k] = (scale * ((cosine * y[k]) / lengthY - h[k] / lengthH)) / lengthY;
  return 1 - cosine;
}
