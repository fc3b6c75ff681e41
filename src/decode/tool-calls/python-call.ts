/** A call of a built-in tool as Llama 3.1 writes it. */
export interface PythonCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

const constants: Readonly<Record<string, unknown>> = { True: true, False: false, None: null };

/** Reads `name.call(key="value", other=3)`; undefined where the text is anything else. */
export function readPythonCall(text: string): PythonCall | undefined {
  const call = /^\s*([A-Za-z_]\w*)\.call\(([^]*)\)\s*$/.exec(text);
  if (call === null) return undefined;
  const [, name, inside] = call;
  // Keys are the model's words: a plain object must not take one for its prototype.
  const values = new Map<string, unknown>();
  const argument = /\s*([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[-+.\w]+)\s*(,|$)/sy;
  while (argument.lastIndex < inside.trimEnd().length) {
    const found = argument.exec(inside);
    if (found === null) return undefined;
    const value = literal(found[2]);
    if (value === undefined || values.has(found[1])) return undefined;
    values.set(found[1], value);
  }
  return { name, arguments: Object.fromEntries(values) };
}

function literal(text: string): unknown {
  if (Object.hasOwn(constants, text)) return constants[text];
  const quote = text[0];
  if (quote !== '"' && quote !== "'")
    return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r" };
  return text.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}
