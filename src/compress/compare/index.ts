/** Comparing models that should say the same. */
export { type ChartPoint, qualityChart } from "./chart.ts";
export {
  type CompareOptions,
  type CompareResult,
  type Comparison,
  type ModelMeasure,
  compareModels,
} from "./compare.ts";
