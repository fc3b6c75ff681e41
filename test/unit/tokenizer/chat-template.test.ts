import { describe, expect, it } from "vitest";
import { TokenizerError } from "../../../src/errors.ts";
import { renderChat } from "../../../src/tokenizer/index.ts";
import { strftime } from "../../../src/tokenizer/strftime.ts";

const render = (template: string, variables: Record<string, unknown> = {}): Promise<string> =>
  renderChat(template, { messages: [], ...variables });

/** Templates and what Jinja2 on Python makes of them. */
const cases: [template: string, expected: string, variables?: Record<string, unknown>][] = [
  ["{{ none }} {{ true }} {{ 1.0 }} {{ missing }}", "None True 1.0 "],
  ["{{ x }}", `{'a': [1, 'b', None, "it's"]}`, { x: { a: [1, "b", null, "it's"] } }],
  ["{{ x|tojson }}", `{"a": [1, "é", null, true]}`, { x: { a: [1, "é", null, true] } }],
  ["{{ x|tojson(indent=2) }}", '{\n  "a": [\n    1\n  ],\n  "b": {}\n}', { x: { a: [1], b: {} } }],
  ["{{ x|tojson(ensure_ascii=true) }}", '"\\u00e9"', { x: "é" }],
  ["{{ x|tojson(sort_keys=true, separators=(',', ':')) }}", '{"a":1,"b":2}', { x: { b: 2, a: 1 } }],
  ["{{ '\n x \n'.strip('\n') }}|{{ 'xxaxx'.lstrip('x') }}|{{ 'xxaxx'.rstrip('x') }}", " x |axx|xxa"],
  ["{{ x|trim }}", "\ufeffa", { x: " \ufeffa\u00a0" }],
  ["{% for i in missing %}{{ i }}{% else %}none{% endfor %}", "none"],
  ["{{ missing|length }}{{ missing|trim }}{{ missing|join(',') }}", "0"],
  ["{{ '🦙x'|length }}{{ '🦙x'[0] == '🦙' }}", "2True"],
  ["{{ x|reject('equalto', 'b')|join(',') }}{{ none|reject('equalto', 'b')|join }}", "a,c", { x: ["a", "b", "c"] }],
  [
    "{{ x|selectattr('n', 'defined')|map(attribute='n')|join }}{{ ['a']|map('upper')|join }}",
    "12A",
    { x: [{ n: 1 }, {}, { n: 2 }] },
  ],
  ["{% for k, v in {10: 'a', 9: 'b'}|dictsort %}{{ k + 1 }}{{ v }}{% endfor %}", "10b11a"],
  ["{{ x.items()|list }}{{ x.get('z') }}{{ x['items'] }}", "[('items', 1)]None1", { x: { items: 1 } }],
  ["{{ '{}-{}'.format('a', 2) }}{{ [2, 1]|min }}{{ ['b', 'a']|max }}", "a-21b"],
  ["{{ 1 == '1' }} {{ x == none }} {{ missing == none }} {{ [1] == [1] }}", "False True False True", { x: null }],
];

describe("as Jinja2 on Python", () => {
  it.each(cases)("%j", async (template, expected, variables) => {
    expect(await render(template, variables)).toBe(expected);
  });
});

describe("errors", () => {
  it.each([
    ["{{ raise_exception('no\nway') }}", "refuses the conversation: no way"],
    ["{% if %}", "can't be rendered"],
    ["{{ missing.field }}", '"missing" is undefined'],
    ["{{ 'a' + 1 }}", "string"],
    ["{% for i in range(1000000000) %}{% endfor %}", "at most"],
    ["{{ 'a' * 1000000000 }}", "more than"],
  ])("%j", async (template, message) => {
    const error = await render(template).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TokenizerError);
    expect((error as TokenizerError).code).toBe("TEMPLATE");
    expect((error as TokenizerError).message).toContain(message);
    expect((error as TokenizerError).message).not.toContain("\n");
  });
});

it("prints times as Python does", () => {
  const date = new Date(2026, 10, 5, 15, 4, 9);
  expect(strftime(date, "%d %b %Y %B %A %a %e|%-d %H:%M:%S %I %p %j %y %% %F %T %q")).toBe(
    "05 Nov 2026 November Thursday Thu  5|5 15:04:09 03 PM 309 26 % 2026-11-05 15:04:09 %q",
  );
});

it("the template sees the time that it is given", async () => {
  expect(await render("{{ strftime_now('%d %b %Y') }}", { now: new Date(2026, 10, 20, 9, 30) })).toBe("20 Nov 2026");
});
