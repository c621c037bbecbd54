import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, QueryConfig } from 'pg';

type Limits = { readonly connectMs: number; readonly statementMs: number };

const usualLimits: Limits = { connectMs: 5000, statementMs: 10_000 };
/** For a server that does not keep to its own limit. */
const graceMs = 2000;
const farewellMs = 1000;

/**
 * First column of the first row that one SELECT gives; undefined where it gives no row. It runs in a read-only transaction
 * and is ended by the server after 10 s. Throws an Error without the address in it.
 */
export const readPostgresValue = async (
  address: string,
  sql: string,
  { connectMs, statementMs } = usualLimits,
): Promise<unknown> => {
  const { default: postgres } = await import('pg');
  const sockets: Socket[] = [];
  const client = new postgres.Client({
    connectionString: address,
    application_name: 'lagline',
    connectionTimeoutMillis: connectMs,
    query_timeout: statementMs + graceMs,
    stream: () => {
      const socket = new Socket();
      sockets.push(socket);
      return socket;
    },
  });
  // A connection that breaks between two questions is told by the next one.
  client.on('error', () => {});
  try {
    await client.connect();
    return await firstValue(client, sql, statementMs);
  } finally {
    // A server that hangs does not end the connection from its side either.
    await Promise.race([client.end().catch(() => {}), delay(farewellMs, undefined, { ref: false })]);
    for (const socket of sockets) socket.destroy();
  }
};

const firstValue = async (client: Client, sql: string, statementMs: number): Promise<unknown> => {
  await client.query('BEGIN TRANSACTION READ ONLY');
  await client.query(`SET LOCAL statement_timeout = ${statementMs}`);
  // By a cursor, so that of a table no more than one row is sent; and not as a simple query, which may hold several
  // statements, the first of which could end the transaction.
  const declaration: QueryConfig & { queryMode: 'extended' } = {
    text: `DECLARE lagline_probe NO SCROLL CURSOR FOR ${sql}`,
    queryMode: 'extended',
  };
  await client.query(declaration);
  const { rows } = await client.query<unknown[]>({ text: 'FETCH 1 FROM lagline_probe', rowMode: 'array' });
  await client.query('ROLLBACK');
  const [row] = rows;
  if (row?.length === 0) throw new Error('the answer has no column');
  return row?.[0];
};
