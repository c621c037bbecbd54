import pg from 'pg';

/** A database of its own on a server; answers its URL. */
export const createDatabase = async (serverUrl: string, name: string): Promise<string> => {
  const database = name.replaceAll(/[^a-z0-9]/g, '_');
  await runSql(serverUrl, [`CREATE DATABASE ${database}`]);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
};

/** Runs statements one after the other. */
export const runSql = async (url: string, statements: readonly string[]): Promise<void> => {
  if (statements.length === 0) return;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};
