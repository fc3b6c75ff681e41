import fc from "fast-check";

/** Told of the cases of every property that held; the conformance run counts them. */
export const onCases: { notify?: (cases: number) => void } = {};

/**
 * Runs a property with a fixed seed, so that a run is the same everywhere. `PELLUCID_SEED` replays or varies it,
 * `PELLUCID_RUNS` multiplies the number of cases (the long conformance run sets it).
 */
export async function property<T>(
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => unknown,
  options: { runs?: number } = {},
): Promise<void> {
  const seed = Number(process.env.PELLUCID_SEED ?? 20261124);
  const runs = Math.ceil((options.runs ?? 1000) * Number(process.env.PELLUCID_RUNS ?? 1));
  await fc.assert(
    fc.asyncProperty(arbitrary, async (value) => (await check(value)) !== false),
    { seed, numRuns: runs },
  );
  onCases.notify?.(runs);
}
