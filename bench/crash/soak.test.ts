import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../fixtures/processes.ts';
import { requireTools } from '../../fixtures/real-broker.ts';
import { createRandom } from '../random.ts';
import { readAftermath, untilQuiet } from './aftermath.ts';
import { startClients } from './clients.ts';
import { createDatabase } from './database.ts';
import { deploy } from './deployment.ts';
import { brokenIn, countViolations } from './invariants.ts';
import { drawKills } from './kill-plan.ts';
import { mutants, rehearseMutant, removeMutants } from './mutants.ts';
import { rehearse } from './rehearsal.ts';
import { startServers, type Servers } from './servers.ts';

const root = join(import.meta.dirname, '..', '..');
const skip = await requireTools('redis', 'postgres', 'java', 'kafka');
const seed = 20_261_124;

describe('the reference service on real servers', { skip }, () => {
  let servers: Servers;
  before(async () => {
    servers = await startServers();
  });
  after(async () => {
    await removeMutants(root);
    await servers.stop();
  });

  it('gives 10,000 users at once exactly 1,000 coupons, and one to a user who asks 100 times at once', async () => {
    const storeUrl = await createDatabase(servers.address('postgres'), 'rush');
    const sale = await deploy({ servers, name: 'rush', stock: 1_000, storeUrl });
    try {
      const ask = async (userId: string): Promise<number> => {
        const response = await fetch(`${sale.address('api')}/coupons/rush/issue`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ userId }),
        });
        await response.arrayBuffer();
        return response.status;
      };
      /** On a slow machine Redis may not answer in time, nor the request arrive: whoever is told so asks again, and may have one by then. */
      const isTooSlow = (status: number): boolean => status === 503 || status === 408;
      const askUntilTold = async (userId: string): Promise<number> => {
        const status = await ask(userId);
        if (!isTooSlow(status)) return status;
        let again = status;
        while (isTooSlow(again)) {
          await sleep(100);
          again = await ask(userId);
        }
        return again === 409 ? 202 : again;
      };
      const { 409: refused = 0, ...others } = countOf(
        await Promise.all(Array.from({ length: 100 }, () => ask('same'))),
      );
      assert.ok((others[202] ?? 0) <= 1);
      assert.equal((others[202] ?? 0) + (others[503] ?? 0) + (others[408] ?? 0) + refused, 100);
      assert.equal(await ask('same'), 409);
      const users = Array.from({ length: 9_999 }, (_, index) => `user-${index}`);
      assert.deepEqual(countOf(await Promise.all(users.map(askUntilTold))), { 202: 999, 410: 9_000 });
      const own = await untilQuiet(sale, 120_000);
      assert.deepEqual(
        { ...own, ids: undefined, outcomes: undefined },
        {
          ...own,
          ids: undefined,
          outcomes: undefined,
          persisted: 1_000,
          distinctUsers: 1_000,
          lost: 0,
          phantom: 0,
          duplicates: 0,
          oversold: 0,
          drained: true,
        },
      );
    } finally {
      await sale.stop();
    }
  });

  it('ends on SIGTERM under load within its grace, and keeps every promise', async () => {
    const storeUrl = await createDatabase(servers.address('postgres'), 'goodbye');
    const deployment = await deploy({ servers, name: 'goodbye', stock: 2_000, storeUrl });
    const clients = startClients({
      url: () => `${deployment.address('api')}/coupons/goodbye/issue`,
      random: createRandom(seed),
      workers: 8,
      thinkMs: 20,
    });
    try {
      clients.allow(1_500);
      for (const role of ['consumer', 'relay', 'api'] as const) {
        await sleep(500);
        assert.equal(await deployment.terminate(role), 'terminated', role);
        await deployment.restart(role);
      }
      assert.ok(
        await until(() => clients.promised() > 100, 60_000),
        `${clients.promised()} were promised one`,
      );
      await clients.stop();
      const own = await untilQuiet(deployment, 120_000);
      const seen = { clients, count: own, isSoldOut: false };
      const aftermath = await readAftermath({ servers, deployment, storeUrl }, seen);
      assert.deepEqual(brokenIn(countViolations(aftermath)), []);
    } finally {
      await clients.stop();
      await deployment.stop();
    }
  });

  it('loses nothing and doubles nothing when its parts are killed 20 times', async (t) => {
    const random = createRandom(seed);
    const result = await rehearse({
      servers,
      name: 'crash',
      kills: drawKills(20, random),
      random,
      couponsPerKill: 60,
    });
    t.diagnostic(JSON.stringify({ ...result, own: undefined }));
    assert.deepEqual(brokenIn(result.violations), []);
    assert.ok(result.isSoldOut, 'coupons were left');
    assert.ok(result.dedupes > 0, 'no redelivery reached the store: the dangerous windows were not hit');
    assert.ok(Object.values(result.byFailpoint).reduce((sum, hits) => sum + hits, 0) >= 6);
    assert.ok(result.poison.deadLettered >= result.poison.sent);
    assert.deepEqual([result.own.lost, result.own.phantom], [0, 0], 'and its own count agrees');
  });

  for (const mutant of mutants) {
    it(`is caught without ${mutant.without}`, async (t) => {
      const { violations } = await rehearseMutant(mutant, { root, servers, random: createRandom(seed) });
      t.diagnostic(brokenIn(violations).join(', '));
      assert.ok(
        mutant.breaks.some((name) => violations[name] > 0),
        `none of ${mutant.breaks.join(', ')} in: ${brokenIn(violations).join(', ')}`,
      );
    });
  }
});

const countOf = (statuses: readonly number[]): Record<number, number> =>
  Object.fromEntries([...Map.groupBy(statuses, (status) => status)].map(([key, all]) => [key, all.length]));
