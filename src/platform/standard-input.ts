/** All bytes of standard input, up to its end. */
export async function readStandardInput(): Promise<Uint8Array<ArrayBuffer>> {
  const { process } = globalThis as unknown as { process?: { stdin?: AsyncIterable<Uint8Array> } };
  if (process?.stdin === undefined) throw new Error("this runtime has no standard input");
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
