/** Filters that pick or turn the items of a list: select, reject, selectattr, rejectattr, map. */
import type { Filter, FilterArguments } from "./filter.ts";
import type { Value } from "./values.ts";
import {
  entriesOf,
  isNone,
  isUndefined,
  iterate,
  itemsOf,
  numberOf,
  pythonEquals,
  pythonText,
  stringOf,
} from "./values.ts";

type Test = (value: Value, other: Value | undefined) => boolean;

const equal: Test = (value, other) => other !== undefined && pythonEquals(value, other);

const tests: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["defined", (value) => !isUndefined(value)],
  ["undefined", isUndefined],
  ["none", isNone],
  ["string", (value) => stringOf(value) !== undefined],
  ["number", (value) => numberOf(value) !== undefined],
  ["mapping", (value) => entriesOf(value) !== undefined],
  ["true", (value) => value.value === true],
  ["false", (value) => value.value === false],
  ["equalto", equal],
  ["eq", equal],
  ["==", equal],
  ["ne", (value, other) => !equal(value, other)],
  ["!=", (value, other) => !equal(value, other)],
  ["in", (value, other) => other !== undefined && (itemsOf(other) ?? []).some((item) => pythonEquals(item, value))],
]);

/** The value at a dotted path of keys. */
function attributeOf(item: Value, path: string, { wrap }: FilterArguments): Value {
  return path.split(".").reduce((value, key) => entriesOf(value)?.get(key) ?? wrap(undefined), item);
}

function truth(value: Value): boolean {
  return value.__bool__().value;
}

/** Without a test, truth decides. */
function selection(keep: boolean, byAttribute: boolean): Filter {
  return (operand, args) => {
    const items = truth(operand) ? iterate(operand, args.wrap) : [];
    if (items === undefined) return undefined;
    const given: (Value | undefined)[] = byAttribute ? args.positional : [undefined, ...args.positional];
    const [path, name, other] = given;
    const test = name === undefined ? truth : tests.get(pythonText(name));
    if (test === undefined) throw new TypeError("a list can't be picked from by this test");
    return args.wrap(
      items.filter((item) => {
        const value = path === undefined ? item : attributeOf(item, pythonText(path), args);
        return test(value, other) === keep;
      }),
    );
  };
}

const map: Filter = (operand, args) => {
  const items = truth(operand) ? iterate(operand, args.wrap) : [];
  if (items === undefined) return undefined;
  const attribute = args.named.get("attribute");
  if (attribute === undefined) {
    const [name] = args.positional;
    return args.wrap(items.map((item) => args.apply(pythonText(name), item)));
  }
  const missing = args.named.get("default");
  return args.wrap(
    items.map((item) => {
      const value = attributeOf(item, pythonText(attribute), args);
      return isUndefined(value) ? (missing ?? value) : value;
    }),
  );
};

export const selectionFilters: [string, Filter][] = [
  ["select", selection(true, false)],
  ["reject", selection(false, false)],
  ["selectattr", selection(true, true)],
  ["rejectattr", selection(false, true)],
  ["map", map],
];
