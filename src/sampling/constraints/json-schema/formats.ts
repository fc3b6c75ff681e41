import type { Expression } from "../expressions/expression.ts";
import { regexExpression } from "../expressions/regex.ts";

/**
 * A format: strings that surely have it, which may be written, and all that may have it, so that what is not among them
 * surely does not. What is written is also bounded in length, so that a model that goes on and on comes to an end.
 */
export interface Format {
  readonly surely: Expression;
  readonly possibly: Expression;
}

const year = "\\d{4}";
const leapYear = "(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
const longMonths = "(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])";
const shortMonths = "(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)";
const february = "02-(?:0[1-9]|1\\d|2[0-8])";
const date = `(?:${year}-(?:${longMonths}|${shortMonths}|${february})|${leapYear}-02-29)`;
const zone = "(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)";
const time = `(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?${zone}`;
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?";
const host = `${label}(?:\\.${label}){0,4}`;
const domain = `(?:${label}\\.){1,4}[a-zA-Z]{2,12}`;
const byte = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = `(?:${byte}\\.){3}${byte}`;
const group = "[0-9a-fA-F]{1,4}";
const ipv6 = [
  `(?:${group}:){7}${group}`,
  ...Array.from({ length: 7 }, (_, i) => {
    const before = i === 0 ? "" : `${group}(?::${group}){${i - 1}}`;
    const after = 6 - i;
    return `${before}::${after === 0 ? `(?:${group})?` : `(?:${group}(?::${group}){0,${after - 1}})?`}`;
  }),
].join("|");
const unreserved = "[a-zA-Z0-9._~-]";
const encoded = "%[0-9a-fA-F]{2}";
const segment = `(?:${unreserved}|${encoded}|[!$&'()*+,;=:@]){0,24}`;
const part = "(?:[a-zA-Z0-9._~/?!$'()*+,;:@=&-]){0,40}";
const path = `(?:/${segment}){0,5}(?:\\?${part})?(?:#${part})?`;
const uri = `(?:[a-z][a-z0-9+.-]{0,20}://${host}(?::\\d{1,5})?${path}|(?:mailto|urn|tel):${unreserved}(?:${unreserved}|[:@+]){0,40})`;
const uuid = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}";
const duration = [
  "P\\d{1,6}W",
  "P(?:\\d{1,6}Y(?:\\d{1,6}M(?:\\d{1,6}D)?)?|\\d{1,6}M(?:\\d{1,6}D)?|\\d{1,6}D)" +
    "(?:T(?:\\d{1,6}H(?:\\d{1,6}M(?:\\d{1,6}S)?)?|\\d{1,6}M(?:\\d{1,6}S)?|\\d{1,6}S))?",
  "PT(?:\\d{1,6}H(?:\\d{1,6}M(?:\\d{1,6}S)?)?|\\d{1,6}M(?:\\d{1,6}S)?|\\d{1,6}S)",
].join("|");
const email = `[a-zA-Z0-9_+-]{1,20}(?:\\.[a-zA-Z0-9_+-]{1,20}){0,2}@${domain}`;
const pointer = "(?:/(?:[^/~]|~0|~1)*)*";

/** What surely is, and what may be. Sources: RFC 3339, 5321, 1123, 2673, 4291, 3986, 4122, 6901. */
const sources: Readonly<Record<string, readonly [surely: string, possibly: string]>> = {
  date: [date, "\\d{4}-\\d\\d-\\d\\d"],
  time: [time, "\\d\\d:[^]*"],
  "date-time": [`${date}T${time}`, "\\d{4}-\\d\\d-\\d\\d[^\\d][^]*"],
  duration: [duration, "P[^]*"],
  email: [email, "[^]*@[^]*"],
  hostname: [host, "[^\\s/@]*"],
  ipv4: [ipv4, "[0-9.]+"],
  ipv6: [ipv6, "[0-9a-fA-F:.]*:[0-9a-fA-F:.]*"],
  uri: [uri, "[a-zA-Z][^]*:[^]*"],
  "uri-reference": [`(?:${uri}|${path})`, "[^]*"],
  uuid: [uuid, "(?:urn:uuid:)?[0-9a-fA-F]{8}-[0-9a-fA-F-]*"],
  "json-pointer": [pointer, pointer],
};

/** Formats of the specification that are not here; any other name is a note, as the specification has it. */
const others = ["idn-email", "idn-hostname", "iri", "iri-reference", "uri-template", "relative-json-pointer", "regex"];

const made = new Map<string, Format>();

export function formatOf(name: string): Format | "unsupported" | undefined {
  if (others.includes(name)) return "unsupported";
  if (!Object.hasOwn(sources, name)) return undefined;
  let format = made.get(name);
  if (format === undefined) {
    const [surely, possibly] = sources[name].map((source) => regexExpression(source, "whole"));
    made.set(name, (format = { surely, possibly }));
  }
  return format;
}
