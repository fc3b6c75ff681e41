import type { ChatMessage } from "../../tokenizer/index.ts";

/** A conversation that fits, and how much of it was left out. */
export interface Fitted {
  readonly tokens: number[];
  /** Turns and messages that were left out, from the oldest on. */
  readonly turns: number;
  readonly messages: number;
}

export interface FitOptions {
  /** The most tokens. */
  readonly most: number;
  /** How many to come down to, where turns have to go. Default: `most`. */
  readonly target?: number;
  /** Turns that were left out before, and stay so. */
  readonly left?: number;
}

/**
 * Leaves out as few of the oldest turns as it takes. A turn is a message of the user's and all that follows it, so calls
 * and their results go together. What comes before the first turn (system messages) and the last turn always stay, even
 * where they are too long.
 */
export async function fitMessages(
  messages: readonly ChatMessage[],
  tokensOf: (messages: readonly ChatMessage[]) => Promise<number[]>,
  { most, target = most, left = 0 }: FitOptions,
): Promise<Fitted> {
  const { head, turns } = turnsOf(messages);
  const last = Math.max(0, turns.length - 1);
  const without = async (count: number): Promise<Fitted> => ({
    tokens: await tokensOf([...head, ...turns.slice(count).flat()]),
    turns: count,
    messages: turns.slice(0, count).flat().length,
  });

  const first = Math.min(left, last);
  let best = await without(first);
  if (best.tokens.length <= most || first === last) return best;
  // The fewer turns, the shorter: halve the range in which the answer lies.
  let [low, high] = [first + 1, last];
  best = await without(high);
  while (low < high) {
    const middle = (low + high) >> 1;
    const fitted = await without(middle);
    if (fitted.tokens.length > target) low = middle + 1;
    else [high, best] = [middle, fitted];
  }
  return best;
}

function turnsOf(messages: readonly ChatMessage[]): { head: ChatMessage[]; turns: ChatMessage[][] } {
  const isHead = ({ role }: ChatMessage) => role === "system" || role === "developer";
  const firstOther = messages.findIndex((message) => !isHead(message));
  const start = firstOther < 0 ? messages.length : firstOther;
  const turns: ChatMessage[][] = [];
  for (const message of messages.slice(start)) {
    if (message.role === "user" || turns.length === 0) turns.push([message]);
    else turns[turns.length - 1].push(message);
  }
  return { head: messages.slice(0, start), turns };
}
