/**
 * Calls functions in turns: A B A B …, `rounds` times each, and collects what each returned, in the functions' order.
 * @param onRound hears of every call before it is made
 */
export async function alternate<T>(
  rounds: number,
  functions: readonly (() => Promise<T> | T)[],
  onRound: (round: number, which: number) => void = () => undefined,
): Promise<T[][]> {
  const results: T[][] = functions.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [which, call] of functions.entries()) {
      onRound(round, which);
      results[which].push(await call());
    }
  }
  return results;
}
