import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";

/** Whether a value fulfils a schema, as Ajv has it. */
export function ajvOf(schema: Record<string, unknown>): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  return ajv.compile({ ...schema, $schema: "https://json-schema.org/draft/2020-12/schema" });
}
