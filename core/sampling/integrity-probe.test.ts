import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serveLocally } from '../../fixtures/local-http.ts';
import { startClock } from '../clock.ts';
import { KnownError } from '../errors.ts';
import { checkIntegrityProbe } from './integrity-probe.ts';

const answered = async (body: string) => {
  const server = await serveLocally((_, response) => response.end(body));
  try {
    return await checkIntegrityProbe(server.url, startClock());
  } finally {
    await server.close();
  }
};

describe('checkIntegrityProbe', () => {
  it('takes every count it knows, and leaves what the store does not say at null', async () => {
    const counts = {
      stock: 10,
      attempted: 12,
      accepted: 9,
      persisted: 8,
      lost: 1,
      phantom: 0,
      revoked: null,
    };
    const {
      atMs: _,
      source,
      ...seen
    } = await answered(
      JSON.stringify({ ...counts, drained: true, eventId: 'demo', outcomes: { sold_out: 3 } }),
    );
    assert.match(source, /^GET http:/);
    assert.deepEqual(seen, {
      ...counts,
      produced: null,
      consumed: null,
      distinctUsers: null,
      duplicates: null,
      oversold: null,
      unknown: null,
      deadLettered: null,
      overAdmitted: null,
      drained: true,
    });
  });

  it('takes at most 20 ids of each count, none longer than a row can be looked up by', async () => {
    const lost = Array.from({ length: 30 }, (_, index) => `coupon-${index}`);
    const { ids } = await answered(
      JSON.stringify({ ids: { lost, phantom: [7, 'x'.repeat(5000)], other: 1 } }),
    );
    assert.deepEqual(ids, {
      lost: lost.slice(0, 20),
      phantom: ['7', 'x'.repeat(200)],
      duplicates: [],
      deadLettered: [],
    });
  });

  it('keeps the reason of what it cannot say', async () => {
    const { drained, lost, reason } = await answered('{"drained":false,"lost":null,"reason":"rows-missing"}');
    assert.deepEqual([drained, lost, reason], [false, null, 'rows-missing']);
  });

  for (const [what, body] of [
    ['no JSON', 'ok'],
    ['a list', '[]'],
    ['a negative count', '{"lost":-1}'],
    ['a text in place of a count', '{"phantom":"3"}'],
    ['a count in place of ids', '{"ids":{"lost":3}}'],
  ] as const) {
    it(`refuses an answer of ${what}`, async () => {
      await assert.rejects(
        answered(body),
        (error) => error instanceof KnownError && error.code === 'probe-unreachable',
      );
    });
  }
});
