/** A longer line is no sample of k6's; it is passed over without being kept. */
export const longestLineBytes = 8 * 1024 * 1024;

/** The lines of a stream of bytes, without their ends; one that is too long is undefined. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let open: Uint8Array[] = [];
  let openBytes = 0;
  const close = (rest: Uint8Array): string | undefined => {
    const isKept = openBytes + rest.length <= longestLineBytes;
    const line = isKept ? decoder.decode(Buffer.concat([...open, rest])).replace(/\r$/, '') : undefined;
    open = [];
    openBytes = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      yield close(chunk.subarray(from, end));
      from = end + 1;
    }
    const rest = new Uint8Array(chunk.subarray(from));
    openBytes += rest.length;
    if (openBytes <= longestLineBytes) open.push(rest);
    else open = [];
  }
  if (openBytes > 0) yield close(new Uint8Array());
}
