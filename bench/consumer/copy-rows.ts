import type { Client, Connection } from 'pg';

/** What the client library's connection can do beside what its types say. */
type CopyConnection = Connection & {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

/** Runs a `COPY … FROM STDIN` with these lines of text; the library has no call for it, only the messages. */
export const copyRows = (client: Client, statement: string, lines: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const done = (): void => (failure === undefined ? resolve() : reject(failure));
    client.query({
      submit: (connection: Connection) => connection.query(statement),
      handleCopyInResponse: (connection: CopyConnection) => {
        connection.sendCopyFromChunk(Buffer.from(lines.join('')));
        connection.endCopyFrom();
      },
      handleCommandComplete: () => undefined,
      handleError: (error: Error) => {
        failure = error;
      },
      handleReadyForQuery: done,
    });
  });
