import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRunning } from '../core/process-identity.ts';
import type { ReportDocument } from '../core/report-document.ts';
import { memberOf, type StackStatus } from '../core/stack/stack-state.ts';
import { lagline, onAnyMachine, stackFolder, writeText } from '../fixtures/cli.ts';
import { withPostgres } from '../fixtures/postgres-databases.ts';
import { processesWithin, until } from '../fixtures/processes.ts';
import { requireTools } from '../fixtures/real-broker.ts';

const skip = await requireTools('java', 'kafka', 'redis', 'postgres', 'prometheus', 'k6');

const issue = async (target: string, userId: string): Promise<{ status: number; issueId: string }> => {
  const response = await fetch(`${target}/coupons/demo/issue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId }),
  });
  const { issueId = '' } = (await response.json()) as { issueId?: string };
  return { status: response.status, issueId };
};

/** How many rows of the store have this issue id. */
const rowsOf = (store: string, issueId: string): Promise<number> =>
  withPostgres(
    store,
    async (client) =>
      (await client.query('SELECT 1 FROM coupons WHERE issue_id = $1', [issueId])).rowCount ?? 0,
  );

/** `job` → whether Prometheus reaches it. */
const targetsOf = async (prometheus: string): Promise<Record<string, boolean>> => {
  const response = await fetch(`${prometheus}/api/v1/query?query=up`);
  const { data } = (await response.json()) as {
    data: { result: { metric: { job: string }; value: [number, string] }[] };
  };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.job, value[1] === '1']));
};

test(
  'a full stack issues a coupon through every server, is loaded as its hint says, and is gone after down',
  { skip, timeout: 240_000 },
  async (t) => {
    const { cwd, dir } = stackFolder(t);
    const up = await lagline(t, ['stack', 'up', '--full', '--faults', '--json'], { cwd });
    assert.equal(up.code, 0, up.stderr);
    const status = JSON.parse(up.stdout) as StackStatus;
    assert.deepEqual(
      status.members.map(({ name }) => name),
      ['redis', 'postgres', 'broker', 'proxy', 'service', 'worker', 'prometheus'],
    );
    const address = (name: Parameters<typeof memberOf>[1]): string => memberOf(status, name)?.address ?? '';

    const { status: answer, issueId } = await issue(address('service'), 'kim');
    assert.equal(answer, 202);
    assert.ok(await until(async () => (await rowsOf(address('postgres'), issueId)) === 1, 60_000), 'no row');
    // The coupon routes are the business of one of the two processes.
    assert.equal((await issue(address('worker'), 'lee')).status, 404);
    const scraped = async (): Promise<boolean> => {
      const targets = await targetsOf(address('prometheus'));
      return targets['coupon-service'] === true && targets['coupon-worker'] === true;
    };
    assert.ok(await until(scraped, 60_000), 'Prometheus does not reach both');

    const shown = await lagline(t, ['stack', 'status'], { cwd });
    assert.doesNotMatch(shown.stdout, new RegExp(new URL(address('postgres')).password));
    const hint = /^try: lagline (run smoke .*)$/m.exec(shown.stdout)?.[1] ?? '';
    const faults = /^with faults: (.*)$/m.exec(shown.stdout)?.[1] ?? '';
    const words = `${hint} ${faults} --time-scale 0.5 --json`.split(' ');
    writeText(cwd, 'lagline.config.yaml', onAnyMachine);
    const run = await lagline(t, words, { cwd });
    assert.equal(run.code, 0, run.stderr);
    const [report] = (JSON.parse(run.stdout) as ReportDocument).runs;
    assert.equal(report?.kafka.groups[0]?.drain.state === 'timed-out', false);
    assert.deepEqual(
      report?.faults.map(({ label, state }) => [label, state]),
      [
        ['kafka.latency=100ms', 'applied'],
        ['consumer.delay=20ms', 'applied'],
      ],
    );
    assert.deepEqual([report?.integrity?.lost, report?.integrity?.duplicates], [0, 0]);

    const down = await lagline(t, ['stack', 'down'], { cwd });
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual(
      down.stdout.trim().split('\n'),
      status.members.map(({ name }) => `${name}: terminated`).reverse(),
    );
    assert.equal(
      status.members.some(({ identity }) => isRunning(identity)),
      false,
    );
    assert.ok(await until(() => processesWithin(dir).length === 0, 60_000));
    assert.match(readFileSync(join(dir, 'redis', 'redis.conf'), 'utf8'), /^appendfsync always$/m);
  },
);
