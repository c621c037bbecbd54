import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { before, describe, it } from 'node:test';
import { Client } from 'pg';
import { addressOfNobody } from '../../fixtures/local-http.ts';
import { useRealPostgres } from '../../fixtures/real-postgres.ts';
import { startClock } from '../clock.ts';
import { KnownError } from '../errors.ts';
import type { IntegrityProbe } from '../plan.ts';
import { readPostgresValue } from './postgres-value.ts';
import { askProbe } from './service-probe.ts';

const postgres = await useRealPostgres();

const asOwner = async (sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
};

const ask = (sql: string, address = postgres.url) => {
  const probe: IntegrityProbe = {
    kind: 'postgres',
    id: 'double-charged',
    address: '${ORDERS_DB_URL}',
    sql,
    expression: 'value==0',
    difference: false,
  };
  return askProbe(probe, { 'double-charged': address }, 'after', startClock());
};

const refusal = async (asking: Promise<unknown>): Promise<KnownError> => {
  const error: unknown = await asking.then(
    (answer) => assert.fail(`was answered: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof KnownError, String(error));
  assert.equal(error.code, 'probe-unreachable');
  assert.match(
    error.message,
    /^the integrity probe 'double-charged' \(postgres:\/\/127\.0\.0\.1:\d+\/\w+\): /,
  );
  assert.ok(error.remedy !== undefined && error.remedy !== '');
  return error;
};

describe('an integrity probe in SQL', { skip: postgres.skip }, () => {
  before(async () => {
    await asOwner(`
      CREATE TABLE charges (order_id int, cents numeric);
      INSERT INTO charges VALUES (1, 10.5), (2, 20), (2, 20), (3, 1);
      CREATE SEQUENCE receipts;
      CREATE ROLE reader LOGIN PASSWORD 'p@ss/w%rd:#?&';
      GRANT SELECT ON charges TO reader;
    `);
  });

  for (const [sql, value] of [
    ['SELECT count(*) FROM (SELECT 1 FROM charges GROUP BY order_id HAVING count(*) > 1) AS twice', 1],
    ['SELECT sum(cents), 7 FROM charges', 51.5],
    ['SELECT -1.5e3::float8', -1500],
    ['WITH all_charges AS (TABLE charges) SELECT count(*)::int FROM all_charges; -- as a file would end', 4],
    ['VALUES (3), (4)', 3],
  ] as const) {
    it(`takes the first column of the first row of: ${sql}`, async () => {
      const asked = await ask(sql);
      assert.equal(asked.value, value);
      assert.match(asked.source, /^postgres:\/\/127\.0\.0\.1:\d+\/lagline$/);
    });
  }

  it('has not measured what gives no row, or null', async () => {
    const none = await ask('SELECT order_id FROM charges GROUP BY order_id HAVING count(*) > 5');
    assert.deepEqual([none.value, none.reason], [null, 'no-row']);
    const unknown = await ask('SELECT sum(cents) FROM charges WHERE order_id = 99');
    assert.deepEqual([unknown.value, unknown.reason], [null, 'null-answer']);
  });

  it('reads one row of many', async () => {
    const startedMs = performance.now();
    assert.equal((await ask('SELECT generate_series(7, 30000000000)')).value, 7);
    assert.ok(performance.now() - startedMs < 60_000, 'without waiting for the rest');
  });

  for (const [what, sql, naming] of [
    ['a syntax error', 'SELEC count(*) FROM charges', /syntax error at or near "SELEC"/],
    ['a table that is not there', 'SELECT count(*) FROM refunds', /relation "refunds" does not exist/],
    ['a text', "SELECT 'four'", /answers "four", which is no number/],
    ['a truth', 'SELECT count(*) > 3 FROM charges', /answers true, which is no number/],
    ['what is not a number to Postgres either', "SELECT 'NaN'::numeric", /answers "NaN", which is no number/],
    ['a row without columns', 'SELECT FROM charges', /has no column/],
    ['two statements', 'SELECT 1; SELECT 2', /multiple commands/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      assert.match((await refusal(ask(sql))).message, naming);
    });
  }

  it('changes nothing, however it is written', async () => {
    for (const sql of [
      'DELETE FROM charges',
      'WITH gone AS (DELETE FROM charges RETURNING 1) SELECT count(*) FROM gone',
      'SELECT 1; COMMIT; DROP TABLE charges',
      "SELECT nextval('receipts')",
      'SELECT order_id FROM charges FOR UPDATE',
    ]) {
      await refusal(ask(sql));
    }
    assert.deepEqual(await asOwner('SELECT count(*)::int AS rows FROM charges'), [{ rows: 4 }]);
    assert.deepEqual(await asOwner('SELECT is_called FROM receipts'), [{ is_called: false }]);
  });

  it('is ended by the server when it takes too long', async () => {
    const asking = readPostgresValue(postgres.url, 'SELECT count(*) FROM pg_sleep(60)', {
      connectMs: 5000,
      statementMs: 200,
    });
    await assert.rejects(asking, /statement timeout/);
  });

  it('leaves no connection behind', async () => {
    await ask('SELECT 1');
    await refusal(ask('SELECT'));
    const others = "SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'lagline'";
    for (let tries = 0; tries < 3000; tries += 1) {
      const [row] = (await asOwner(others)) as { left: number }[];
      if (row?.left === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail('a connection is still open');
  });

  it('never says the password, also not when it is wrong, and takes one of special characters', async () => {
    const right = new URL(postgres.url);
    right.username = 'reader';
    right.password = 'p%40ss%2Fw%25rd%3A%23%3F%26';
    assert.equal((await ask('SELECT count(*) FROM charges', right.href)).value, 4);
    const wrong = new URL(postgres.url);
    wrong.password = 'canary%40%25';
    const { message, remedy, cause } = await refusal(ask('SELECT 1', wrong.href));
    assert.match(message, /password authentication failed/);
    assert.doesNotMatch(message + String(remedy) + String(cause), /canary/);
    const inQuery = `${postgres.url.replace(/:[^:@]*@/, '@')}?password=canary`;
    assert.doesNotMatch((await refusal(ask("SELECT 'canary'::int", inQuery))).message, /canary/);
  });

  it('names a server that is not there, and gives up one that stays silent', async () => {
    const gone = `${(await addressOfNobody()).replace('http://', 'postgres://lagline:canary@')}/orders`;
    const { message } = await refusal(ask('SELECT 1', gone));
    assert.match(message, /ECONNREFUSED/);
    assert.doesNotMatch(message, /canary/);

    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const startedMs = performance.now();
    const limits = { connectMs: 300, statementMs: 300 };
    const asking = readPostgresValue(`postgres://lagline@127.0.0.1:${port}/orders`, 'SELECT 1', limits);
    await assert.rejects(asking, /timeout/);
    assert.ok(performance.now() - startedMs < 60_000);
    silent.close();
    for (const socket of sockets) socket.destroy();
  });

  it('fails as an answer does when the server dies under it', async () => {
    const asking = refusal(ask('SELECT count(*) FROM pg_sleep(8)'));
    while (!(await isAsleep())) await new Promise((resolve) => setTimeout(resolve, 50));
    await postgres.kill9();
    assert.match((await asking).message, /terminated|ECONNRESET|closed/i);
    await postgres.restart();
    assert.equal((await ask('SELECT count(*) FROM charges')).value, 4);
  });
});

const isAsleep = async (): Promise<boolean> => {
  const [row] = (await asOwner(
    "SELECT count(*)::int AS asleep FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
  )) as { asleep: number }[];
  return row?.asleep === 1;
};
