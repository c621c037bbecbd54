import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Coupon } from './coupon.ts';
import { issueIdOf } from './coupon.ts';
import { createComparison, integrityOf } from './integrity.ts';
import type { IntegrityParts } from './integrity.ts';
import { OUTCOMES } from './metrics.ts';
import type { Outcome } from './metrics.ts';

const coupon = (userId: string, serial: number): Coupon => ({
  issueId: issueIdOf('demo', userId),
  eventId: 'demo',
  userId,
  serial,
  acceptedAt: '2026-01-01T00:00:00.000Z',
});

/**
 * Ledger, topic and store as lists that a test can change between two questions: `on` names the question
 * before whose n-th time something happens.
 */
function aWorld() {
  const world = {
    ledger: [] as Coupon[],
    unrelayed: 0,
    uncommitted: 0,
    rows: [] as Coupon[],
    isBrokerSilent: false,
    obstacles: [] as string[],
  };
  const asked = new Map<string, number>();
  const events: { question: string; time: number; happens: () => void }[] = [];
  const ask = (question: string): void => {
    const time = (asked.get(question) ?? 0) + 1;
    asked.set(question, time);
    for (const event of events) if (event.question === question && event.time === time) event.happens();
  };
  const held = () => new Set(world.ledger.map(({ issueId }) => issueId));
  const parts: IntegrityParts = {
    eventId: 'demo',
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, 0])) as Record<Outcome, number>,
    admission: {
      obstacles: () => world.obstacles,
      counts: async () => {
        ask('ledger counts');
        return { stock: 10, admitted: world.ledger.length, revoked: 0, unrelayed: world.unrelayed };
      },
      entries: async function* () {
        ask('ledger entries');
        for (const entry of world.ledger.slice()) yield [entry];
      },
      missing: async (coupons) => {
        ask('ledger missing');
        return coupons.filter(({ issueId }) => !held().has(issueId));
      },
    },
    store: {
      counts: async () => {
        ask('store counts');
        const { length } = world.rows;
        return { rows: length, distinctUsers: length, distinctSerials: length, highestSerial: length };
      },
      coupons: async function* () {
        ask('store coupons');
        for (const row of world.rows.slice()) yield [row];
      },
      missing: async (ids) => {
        ask('store missing');
        const rows = new Set(world.rows.map(({ issueId }) => issueId));
        return ids.filter((id) => !rows.has(id));
      },
    },
    broker: {
      counts: async () => {
        ask('topic counts');
        if (world.isBrokerSilent) throw new Error('no answer');
        const { uncommitted } = world;
        return { appended: 0, committed: 0, uncommitted, deadLettered: 0 };
      },
    },
  };
  const on = (question: string, time: number, happens: () => void): void => {
    events.push({ question, time, happens });
  };
  const verdict = async () => {
    const { lost, phantom, drained, reason, ids } = await integrityOf(parts);
    return { lost, phantom, drained, reason, ids };
  };
  return { world, on, verdict, asked, parts };
}
/** The same, with rows that are read only once the gate is open. */
function slowed(parts: IntegrityParts) {
  const gate = Promise.withResolvers<void>();
  const { coupons } = parts.store;
  const slow = {
    ...parts,
    store: {
      ...parts.store,
      coupons: async function* (eventId: string) {
        await gate.promise;
        yield* coupons(eventId);
      },
    },
  };
  return { slow, gate };
}
const clean = { lost: 0, phantom: 0, drained: true, reason: null, ids: { lost: [], phantom: [] } };
const undrained = (reason: string) => ({
  lost: null,
  phantom: null,
  drained: false,
  reason,
  ids: { lost: [], phantom: [] },
});

describe('integrity', () => {
  test('is clean when every promise has its row, without asking for each', async () => {
    const { world, verdict, asked } = aWorld();
    world.ledger = [coupon('a', 1), coupon('b', 2)];
    world.rows = [...world.ledger];
    assert.deepEqual(await verdict(), clean);
    assert.equal(asked.get('ledger entries'), undefined);
  });

  test('names what is missing on either side at once, though the counts agree', async () => {
    const { world, verdict } = aWorld();
    world.ledger = [coupon('a', 1), coupon('b', 2)];
    world.rows = [coupon('a', 1), coupon('stranger', 3)];
    assert.deepEqual(await verdict(), {
      ...clean,
      lost: 1,
      phantom: 1,
      ids: { lost: [issueIdOf('demo', 'b')], phantom: [issueIdOf('demo', 'stranger')] },
    });
  });

  test('shows the first twenty ids and counts all', async () => {
    const { world, verdict } = aWorld();
    world.ledger = Array.from({ length: 25 }, (_, index) => coupon(`u${index}`, index + 1));
    const { lost, ids } = await verdict();
    assert.deepEqual([lost, ids.lost.length], [25, 20]);
  });

  test('waits for what the broker has not acknowledged, or the consumer not committed', async () => {
    const { world, verdict } = aWorld();
    world.ledger = [coupon('a', 1)];
    world.unrelayed = 1;
    assert.deepEqual(await verdict(), undrained('not-relayed'));
    world.unrelayed = 0;
    world.uncommitted = 1;
    assert.deepEqual(await verdict(), undrained('consumer-not-caught-up'));
    world.isBrokerSilent = true;
    assert.deepEqual(await verdict(), undrained('broker-silent'));
  });

  test('a coupon that is promised while rows are compared is not lost: it is still on its way', async () => {
    const { world, on, verdict } = aWorld();
    world.ledger = [coupon('a', 1)];
    world.rows = [coupon('a', 1)];
    on('store coupons', 1, () => {
      world.ledger.push(coupon('late', 2));
      world.unrelayed = 1;
    });
    assert.deepEqual(await verdict(), undrained('not-relayed'));
  });

  test('one that has reached the topic meanwhile is not lost either', async () => {
    const { world, on, verdict } = aWorld();
    world.ledger = [coupon('a', 1)];
    on('ledger entries', 1, () => {
      world.ledger.push(coupon('late', 2));
    });
    on('store missing', 1, () => {
      world.uncommitted = 1;
    });
    assert.deepEqual(await verdict(), undrained('consumer-not-caught-up'));
  });

  test('one whose row arrives before the comparison ends is not lost', async () => {
    const { world, on, verdict } = aWorld();
    world.ledger = [coupon('a', 1)];
    world.rows = [coupon('a', 1)];
    on('store coupons', 1, () => {
      world.ledger.push(coupon('late', 2));
    });
    // Asked for the third time: whether anything is on its way. Its row is written just before.
    on('ledger counts', 3, () => {
      world.rows.push(coupon('late', 2));
    });
    assert.deepEqual(await verdict(), clean);
  });

  test('a row that arrives with its promise while rows are read is no phantom', async () => {
    const { world, on, verdict } = aWorld();
    on('store coupons', 1, () => {
      world.ledger.push(coupon('late', 1));
      world.rows.push(coupon('late', 1));
    });
    assert.deepEqual(await verdict(), clean);
  });

  test('a ledger that is not complete proves no phantom, nor one that stops being so', async () => {
    const { world, on, verdict } = aWorld();
    world.rows = [coupon('a', 1)];
    world.obstacles = ['the ledger is being compared'];
    assert.deepEqual(await verdict(), undrained('ledger-incomplete'));
    world.obstacles = [];
    on('store coupons', 1, () => {
      world.obstacles = ['Redis cannot be reached'];
    });
    assert.deepEqual(await verdict(), undrained('ledger-incomplete'));
  });

  test('a broker that falls silent during the comparison leaves it open', async () => {
    const { world, on, verdict } = aWorld();
    world.ledger = [coupon('a', 1)];
    on('ledger entries', 1, () => {
      world.isBrokerSilent = true;
    });
    assert.deepEqual(await verdict(), undrained('broker-silent'));
  });

  test('a comparison that outlasts the patience goes on, and its result is for who asks again', async () => {
    const { world, parts, asked } = aWorld();
    world.ledger = [coupon('a', 1)];
    world.rows = [...world.ledger];
    const { slow, gate } = slowed(parts);
    const compare = createComparison(slow, 10);
    const reason = async () => (await integrityOf(slow, compare)).reason;
    assert.deepEqual([await reason(), await reason()], ['comparing-ids', 'comparing-ids']);
    gate.resolve();
    assert.equal(await reason(), null);
    assert.equal(asked.get('store coupons'), 1, 'all three asked for one comparison');
    assert.equal(await reason(), null);
    assert.equal(asked.get('store coupons'), 2, 'a result that was told is not told again');
  });

  test('what was compared before the counts changed says nothing about them now', async () => {
    const { world, parts } = aWorld();
    const { slow, gate } = slowed(parts);
    const compare = createComparison(slow, 10);
    assert.equal((await integrityOf(slow, compare)).reason, 'comparing-ids');
    gate.resolve();
    await new Promise(setImmediate);
    world.ledger = [coupon('a', 1)];
    const { lost, reason } = await integrityOf(slow, compare);
    assert.deepEqual([lost, reason], [1, null]);
  });

  test('counts add up from ledger, topic and store', async () => {
    const { world } = aWorld();
    world.ledger = [coupon('a', 1)];
    const outcomes = Object.fromEntries(OUTCOMES.map((name, index) => [name, index])) as Record<
      Outcome,
      number
    >;
    const report = await integrityOf({
      eventId: 'demo',
      outcomes,
      admission: {
        obstacles: () => [],
        counts: async () => ({ stock: 3, admitted: 4, revoked: 2, unrelayed: 0 }),
        entries: async function* () {
          yield [];
        },
        missing: async () => [],
      },
      store: {
        counts: async () => ({ rows: 5, distinctUsers: 4, distinctSerials: 5, highestSerial: 5 }),
        coupons: async function* () {
          yield [];
        },
        missing: async () => [],
      },
      broker: { counts: async () => ({ appended: 9, committed: 9, uncommitted: 0, deadLettered: 1 }) },
    });
    const { accepted, revoked, lost, duplicates, oversold, pending, produced, consumed, deadLettered } =
      report;
    assert.deepEqual(
      { accepted, revoked, lost, duplicates, oversold, pending, produced, consumed, deadLettered },
      {
        accepted: 6,
        revoked: 2,
        lost: 2,
        duplicates: 1,
        oversold: 2,
        pending: 0,
        produced: 9,
        consumed: 9,
        deadLettered: 1,
      },
    );
    assert.equal(
      report.attempted,
      OUTCOMES.reduce((sum, _, index) => sum + index, 0),
    );
    assert.equal(report.unknown, outcomes.unknown);
  });
});
