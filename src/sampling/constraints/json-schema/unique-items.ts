import { ConstraintError } from "../../../errors.ts";
import { GrammarNode, type GrammarSymbol } from "../engine/node.ts";
import { type Json, sameKey } from "./json.ts";
import { itemSet, prefixOf } from "./members.ts";
import type { Rule, Rules } from "./rules.ts";
import type { ArrayShape } from "./shapes.ts";

/** Arrays whose items differ from each other: strings, numbers and listed values, each written in one way only. */
export class UniqueItems {
  readonly shape: ArrayShape;
  readonly rule: Rule;
  readonly rules: Rules;

  constructor(shape: ArrayShape, rules: Rules) {
    this.shape = shape;
    this.rules = rules;
    if (prefixOf(shape) > 0 || shape.contains.length > 0) {
      throw refusal("together with prefixItems or contains");
    }
    this.rule = rules.ruleOf(itemSet(shape, 0), true);
  }

  /** @throws ConstraintError `UNSUPPORTED_SCHEMA` */
  check(): void {
    if (this.rule.isDeep) {
      throw refusal("of arrays or objects, or of items without a type");
    }
  }

  isProductive(): boolean {
    return this.shape.min === 0 || this.countOfItems >= this.shape.min;
  }

  /** How many different items there are. */
  private get countOfItems(): number {
    return this.rule.terminals.reduce((sum, terminal) => sum + terminal.words(terminal.start), 0);
  }

  alternatives(): readonly (readonly GrammarSymbol[])[] {
    const { emptyArray, openArray } = this.rules.punctuation;
    const items = this.hasMore([]) ? [[openArray, this.rule, new UniqueRest(this, [])]] : [];
    return this.shape.min === 0 ? [[emptyArray], ...items] : items;
  }

  hasMore(used: readonly string[]): boolean {
    return used.length < this.shape.max && this.countOfItems > used.length;
  }
}

function refusal(what: string): ConstraintError {
  const hint = "leave it out, or give the items a type other than array and object";
  return new ConstraintError("UNSUPPORTED_SCHEMA", `uniqueItems ${what} is not supported: ${hint}`);
}

/** After an item: `used` are the texts of those before it. */
class UniqueRest extends GrammarNode {
  override readonly refused: readonly string[];
  private readonly items: UniqueItems;

  constructor(items: UniqueItems, used: readonly string[]) {
    super();
    this.items = items;
    this.refused = used;
  }

  override take(text: string): GrammarNode | undefined {
    if (this.refused.includes(text)) return undefined;
    const key = (of: string) => sameKey(JSON.parse(utf8(of)) as Json);
    if (this.refused.some((used) => key(used) === key(text))) return undefined;
    return new UniqueNext(this.items, [...this.refused, text]);
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    return [];
  }
}

class UniqueNext extends GrammarNode {
  private readonly items: UniqueItems;
  private readonly used: readonly string[];

  constructor(items: UniqueItems, used: readonly string[]) {
    super();
    this.items = items;
    this.used = used;
  }

  protected override expand(): readonly (readonly GrammarSymbol[])[] {
    const { items, used } = this;
    const { comma, closeArray } = items.rules.punctuation;
    const more = items.hasMore(used) ? [[comma, items.rule, new UniqueRest(items, used)]] : [];
    return used.length >= items.shape.min ? [[closeArray], ...more] : more;
  }
}

const decoder = new TextDecoder();

/** Text of bytes that are a character each. */
function utf8(bytes: string): string {
  return decoder.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}
