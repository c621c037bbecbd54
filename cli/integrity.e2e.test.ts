import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Client } from 'pg';
import {
  assertNoStackTrace,
  assertRefusal,
  filesBelow,
  lagline,
  onlyRunFolder,
  readReport,
  temporaryFolder,
  writeText,
  type CliEnd,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';
import { useRealPostgres } from '../fixtures/real-postgres.ts';

const { needed } = await k6ForTest();
const postgres = await useRealPostgres();
const options = { ...needed, timeout: 240_000 };

type Issue = { readonly answer: number | 'reset' | 'unknown'; readonly isStored: boolean };

/**
 * A coupon service that misbehaves by a fixed pattern, and counts what it did as it really was. Its last row is there only
 * when it was asked for its counts a second time after the load.
 */
const startShop = async (t: TestContext, pattern: readonly Issue[]) => {
  const counts = { attempted: 0, accepted: 0, persisted: 0, lost: 0, phantom: 0 };
  let asked = 0;
  const target = await startTarget(t, (request, response) => {
    if (request.url?.startsWith('/integrity') === true) {
      asked += 1;
      const isLate = asked === 2;
      const named = counts.attempted === 0 ? {} : { ids: { phantom: ['stray-1'], lost: ['gone-1'] } };
      const drained = isLate
        ? { persisted: counts.persisted - 1, lost: null, drained: false, reason: 'consumer-not-caught-up' }
        : { drained: true };
      response.end(
        JSON.stringify({ stock: 1000, duplicates: 0, oversold: 0, ...counts, ...drained, ...named }),
      );
      return;
    }
    const issue = pattern[counts.attempted % pattern.length] ?? { answer: 202, isStored: true };
    counts.attempted += 1;
    if (issue.answer === 202) counts.accepted += 1;
    if (issue.isStored) counts.persisted += 1;
    if (issue.isStored && typeof issue.answer === 'number' && issue.answer >= 400) counts.phantom += 1;
    if (!issue.isStored && issue.answer === 202) counts.lost += 1;
    if (issue.answer === 'reset') response.destroy();
    else if (issue.answer === 'unknown') response.writeHead(503, { 'x-outcome': 'unknown' }).end();
    else response.writeHead(issue.answer).end();
  });
  return { ...target, counts, asked: () => asked };
};

const stored = (answer: Issue['answer']): Issue => ({ answer, isStored: true });
const nothing = (answer: Issue['answer']): Issue => ({ answer, isStored: false });

const smokeAgainst = async (t: TestContext, pattern: readonly Issue[]) => {
  const cwd = temporaryFolder(t);
  const shop = await startShop(t, pattern);
  const flags = ['--target', shop.url, '--integrity', `${shop.url}/integrity/demo`, '--time-scale', '0.3'];
  const end = await lagline(t, ['run', 'smoke', ...flags], { cwd });
  assertNoStackTrace(end);
  const folder = onlyRunFolder(join(cwd, 'runs'));
  const [run] = readReport(folder).runs;
  assert.ok(run?.integrity != null && run.load !== null, end.stderr);
  return {
    end,
    shop,
    run,
    integrity: run.integrity,
    markdown: readFileSync(join(folder, 'report.ko.md'), 'utf8'),
  };
};

test(
  'clients without an answer are told apart by the rows, once all of them are there',
  options,
  async (t) => {
    const pattern = [stored(202), stored('reset'), nothing('unknown'), nothing(410)];
    const { shop, run, integrity, markdown } = await smokeAgainst(t, pattern);
    assert.ok(shop.counts.attempted >= pattern.length);
    assert.equal(shop.asked(), 3, 'once before, and twice after the load');
    const { clients } = integrity;
    const resets = shop.counts.persisted - shop.counts.accepted;
    const [unknown, refused] = [run.load?.outcomes['unknown'], run.load?.outcomes['sold_out'] ?? 0];
    assert.equal(integrity.attempted, shop.counts.attempted);
    assert.equal(integrity.persisted, shop.counts.persisted);
    assert.ok(resets > 0 && unknown !== undefined && unknown > resets && refused > 0);
    assert.deepEqual(clients, {
      accepted: shop.counts.accepted,
      refused,
      unknown,
      interrupted: 0,
      unknownIssued: resets,
      unknownNotIssued: unknown - resets,
      unknownUndecided: 0,
      lostAtLeast: 0,
      phantomAtLeast: 0,
    });
    assert.deepEqual(
      run.rules
        .filter(({ rule }) => rule === 'integrity')
        .map(({ metric, outcome }) => `${metric} ${outcome}`),
      ['duplicates', 'oversold', 'lost', 'phantom'].map((promise) => `integrity_${promise} pass`),
    );
    assert.ok(markdown.includes(`발급된 것으로 확인 ${resets}건`));
  },
);

test(
  'a refused client with a row is a phantom, a promise without one is lost, and both fail the run',
  options,
  async (t) => {
    const { end, shop, integrity, markdown } = await smokeAgainst(t, [
      stored(202),
      stored(410),
      nothing(202),
    ]);
    assert.equal(end.code, 99, end.stderr);
    assert.deepEqual([integrity.phantom, integrity.lost], [shop.counts.phantom, shop.counts.lost]);
    assert.match(markdown, /유령 발급[^\n]*`stray-1`/);
    assert.match(markdown, /미발급[^\n]*`gone-1`/);
    assert.match(end.stdout, /integrity_phantom/);
  },
);

const password = 'canary-p4ss';

const withRole = async (): Promise<string> => {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`
    DROP TABLE IF EXISTS charges;
    CREATE TABLE charges (order_id int);
    INSERT INTO charges VALUES (1), (2), (2);
    DROP ROLE IF EXISTS auditor;
    CREATE ROLE auditor LOGIN PASSWORD '${password}';
    GRANT SELECT ON charges TO auditor;
  `);
  await client.end();
  const url = new URL(postgres.url);
  url.username = 'auditor';
  url.password = password;
  return url.href;
};

const twice = 'SELECT count(*) FROM (SELECT 1 FROM charges GROUP BY order_id HAVING count(*) > 1) AS twice';

const configOf = (sql: string, more = ''): string => `integrity:
  probes:
    - id: double-charged
      postgres: \${ORDERS_DB_URL}
      sql: ${sql}
      expression: value==0
${more}`;

const assertNoCanary = (folder: string, { stdout, stderr }: CliEnd): void => {
  assert.doesNotMatch(stdout + stderr, /canary/);
  const telling = filesBelow(folder).filter((name) => readFileSync(join(folder, name)).includes('canary'));
  assert.deepEqual(telling, []);
};

test(
  'probes of the user’s own are asked before and after, judged, and shown with their source',
  { ...options, skip: postgres.skip || needed.skip || false },
  async (t) => {
    const cwd = temporaryFolder(t);
    let rows = 5;
    const target = await startTarget(t, (request, response) => {
      if (request.url !== '/audit?token=canary') rows += 1;
      response.end(JSON.stringify({ counts: { rows, missing: [0, 3] } }));
    });
    writeText(cwd, 'orders.js', plainScript({ duration: '1s' }));
    const audit = `    - id: rows
      http: \${AUDIT_URL}
      json: $.counts.rows
      expression: value>0
      difference: true
    - id: missing
      http: ${target.url}/audit?token=\${TOKEN}
      json: $.counts.missing[1]
      expression: value<=3
thresholds:
  integrity_probe{probe:rows}: ['value<100000']
`;
    writeText(cwd, 'lagline.config.yaml', configOf(twice, audit));
    const env = {
      ORDERS_DB_URL: await withRole(),
      AUDIT_URL: `${target.url}/audit?token=canary`,
      TOKEN: 'canary',
    };
    const end = await lagline(t, ['run', './orders.js', '-e', `URL=${target.url}`], { cwd, env });
    assert.equal(end.code, 99, end.stderr);
    assertNoCanary(cwd, end);
    const folder = onlyRunFolder(join(cwd, 'runs'));
    const [run] = readReport(folder).runs;
    const probes = run?.integrityProbes ?? [];
    const { host } = new URL(postgres.url);
    assert.deepEqual(
      probes.map(({ id, source, before, value }) => [id, source, before, value]),
      [
        ['double-charged', `postgres://${host}/lagline`, 1, 1],
        ['rows', 'GET ${AUDIT_URL}', 5, (probes[1]?.after ?? 0) - 5],
        ['missing', `GET ${target.url}/audit?token=\${TOKEN}`, 3, 3],
      ],
    );
    assert.ok((probes[1]?.value ?? 0) > 0);
    assert.deepEqual(
      run?.rules
        .filter(({ metric }) => metric.startsWith('integrity_probe'))
        .map(({ rule, metric, outcome }) => [rule, metric, outcome]),
      [
        ['threshold', 'integrity_probe{probe:rows}', 'pass'],
        ['integrity-probe', 'integrity_probe{probe:double-charged}', 'fail'],
        ['integrity-probe', 'integrity_probe{probe:rows}', 'pass'],
        ['integrity-probe', 'integrity_probe{probe:missing}', 'pass'],
      ],
    );
    const markdown = readFileSync(join(folder, 'report.ko.md'), 'utf8');
    assert.ok(markdown.includes(`\`postgres://${host}/lagline\` | \`${twice}\` | 1 | 1 |`), markdown);

    const again = await lagline(
      t,
      ['gate', folder, '--threshold', 'integrity_probe{probe:missing}=value<3'],
      { cwd },
    );
    assert.equal(again.code, 99, again.stderr);
    assert.match(again.stdout, /integrity_probe\{probe:missing\} value<3/);
  },
);

test(
  'a probe that is gone after the load is no data, and no secret is in what is said of it',
  { ...options, skip: postgres.skip || needed.skip || false },
  async (t) => {
    const cwd = temporaryFolder(t);
    const killed = Promise.withResolvers<void>();
    // The load does not end before the server is gone.
    const target = await startTarget(t, (_, response) => void killed.promise.then(() => response.end('{}')));
    writeText(cwd, 'orders.js', plainScript({ duration: '1s' }));
    writeText(cwd, 'lagline.config.yaml', configOf('SELECT 0'));
    const env = { ORDERS_DB_URL: await withRole() };
    const running = lagline(t, ['run', './orders.js', '-e', `URL=${target.url}`], { cwd, env });
    while (target.requests() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await postgres.kill9();
    killed.resolve();
    const end = await running;
    await postgres.restart();
    assert.equal(end.code, 3, end.stderr);
    assertNoCanary(cwd, end);
    const [run] = readReport(onlyRunFolder(join(cwd, 'runs'))).runs;
    assert.deepEqual(
      run?.measurement.gaps.map(({ source }) => source),
      ['integrity:double-charged'],
    );
    const rule = run.rules.find(({ rule: id }) => id === 'integrity-probe');
    assert.deepEqual([rule?.outcome, rule?.facts['reason']], ['no-data', 'probe-unanswered']);
  },
);

test(
  'a probe that cannot be asked is refused before any load, with its name and no secret',
  { ...options, skip: postgres.skip || needed.skip || false },
  async (t) => {
    const cwd = temporaryFolder(t);
    const target = await startTarget(t);
    writeText(cwd, 'orders.js', plainScript());
    const right = await withRole();
    const wrong = right.replace(password, 'canary-wrong');
    const gone = `postgres://auditor:${password}@127.0.0.1:1/orders`;
    const refused: [config: string, env: Record<string, string>, naming: (string | RegExp)[]][] = [
      [configOf(twice), { ORDERS_DB_URL: gone }, ['double-charged', '127.0.0.1:1', 'ECONNREFUSED']],
      [configOf(twice), { ORDERS_DB_URL: wrong }, ['double-charged', 'password authentication failed']],
      [
        configOf('SELEC 1'),
        { ORDERS_DB_URL: right },
        ['double-charged', 'syntax error at or near "SELEC"', 'one SELECT'],
      ],
      [
        configOf("SELECT 'four'"),
        { ORDERS_DB_URL: right },
        ['double-charged', '"four"', 'select one number'],
      ],
      [configOf(twice), {}, ['double-charged', '${ORDERS_DB_URL}', 'export ORDERS_DB_URL']],
      [
        configOf(twice, "thresholds:\n  integrity_probe{probe:gone}: ['value<1']\n"),
        { ORDERS_DB_URL: right },
        ['integrity_probe{probe:gone}', 'double-charged'],
      ],
      [
        configOf(
          twice,
          `    - {id: audit, http: '${target.url}/', json: $.counts.missing, expression: value==0}\n`,
        ),
        { ORDERS_DB_URL: right },
        ['audit', '$.counts.missing', 'json path'],
      ],
    ];
    for (const [config, env, naming] of refused) {
      writeText(cwd, 'lagline.config.yaml', config);
      const end = await lagline(t, ['run', './orders.js', '-e', `URL=${target.url}`], { cwd, env });
      assertRefusal(end, naming);
      assertNoCanary(cwd, end);
      assert.deepEqual(filesBelow(cwd), ['lagline.config.yaml', 'orders.js']);
    }
  },
);
