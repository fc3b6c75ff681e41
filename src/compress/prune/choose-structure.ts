import { InvalidArgumentError } from "../../errors.ts";
import { placesOfSmallest } from "./mark-smallest.ts";
import type { StructureImportance } from "./measure-structure.ts";

/** How much is to go. */
export interface StructureAmount {
  /** Whole layers. */
  readonly layers?: number | undefined;
  /** Feed-forward channels of each layer. */
  readonly channels?: number | undefined;
  /** Key-value heads of each layer, with the query heads that use them. */
  readonly kvHeads?: number | undefined;
  /**
   * Channels go in blocks of so many, side by side: 1 unless given. Of quantised models only whole blocks can go, since
   * all other weights keep their bits; `channelBlock` tells how long they are.
   */
  readonly channelBlock?: number | undefined;
}

/** What goes, by its numbers in the input, ascending. */
export interface StructureChoice {
  readonly layers?: readonly number[] | undefined;
  /** Of each layer of the input, equally many in each layer that stays. [layers][removed] */
  readonly channels?: readonly (readonly number[])[] | undefined;
  /** The same, of key-value heads. [layers][removed] */
  readonly kvHeads?: readonly (readonly number[])[] | undefined;
}

/**
 * Chooses what matters least: the layers of least influence, and in each layer the channels and heads of least
 * importance; of equal ones the first.
 * @throws InvalidArgumentError for more than there are, or nothing
 */
export function chooseStructure(importance: StructureImportance, amount: StructureAmount): StructureChoice {
  const { layers = 0, channels = 0, kvHeads = 0, channelBlock = 1 } = amount;
  if (layers === 0 && channels === 0 && kvHeads === 0) throw new InvalidArgumentError("nothing is to be removed");
  checkCount("layers", layers, importance.layers.length);
  return {
    layers: layers === 0 ? undefined : placesOfSmallest(importance.layers, layers),
    channels: channels === 0 ? undefined : inEachLayer(importance.channels, "channels", channels, channelBlock),
    kvHeads: kvHeads === 0 ? undefined : inEachLayer(importance.heads, "key-value heads", kvHeads, 1),
  };
}

function checkCount(what: string, count: number, all: number): void {
  if (Number.isInteger(count) && count >= 0 && count < all) return;
  throw new InvalidArgumentError(`${count} of ${all} ${what} can't be removed`);
}

function inEachLayer(
  layers: readonly (Float64Array | undefined)[],
  what: string,
  count: number,
  block: number,
): number[][] {
  return layers.map((scores, layer) => {
    if (scores === undefined) throw new InvalidArgumentError(`nothing is known of the ${what} of layer ${layer}`);
    checkCount(`${what} of layer ${layer}`, count, scores.length);
    if (!Number.isInteger(block) || block < 1 || scores.length % block !== 0 || count % block !== 0) {
      const reason = `${count} of ${scores.length} is no whole number of blocks of ${block}`;
      throw new InvalidArgumentError(`${what} of layer ${layer}: ${reason}`);
    }
    const sums = new Float64Array(scores.length / block);
    scores.forEach((score, k) => void (sums[Math.floor(k / block)] += score));
    const blocks = placesOfSmallest(sums, count / block);
    return blocks.flatMap((first) => Array.from({ length: block }, (_, k) => first * block + k));
  });
}
