import { malformed } from "./call-writer.ts";
import type { Input, Mode } from "./input.ts";
import { readPythonCall } from "./python-call.ts";
import type { Reader } from "./reader.ts";

/** Reads `name.call(key="value", …)`, which takes the rest of the answer. */
export class PythonMode implements Mode {
  private readonly reader: Reader;
  private text: string;
  private readonly opening: string;

  constructor(reader: Reader, opening: string) {
    this.reader = reader;
    this.opening = opening;
    this.text = "";
  }

  read(input: Input): undefined {
    this.text += input.rest();
    if (!input.isEnd) return undefined;
    const { writer } = this.reader;
    const call = readPythonCall(this.text);
    const raw = this.opening + this.text;
    if (call === undefined) writer.refuse(raw, malformed("the Python is not one call of a tool"));
    else {
      const problem = writer.begin(call.name);
      if (problem === undefined) writer.add(JSON.stringify(call.arguments));
      const last = problem ?? writer.finish();
      if (last !== undefined) writer.refuse(raw, last);
    }
    this.text = "";
    return undefined;
  }
}
