import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serveLocally } from '../../fixtures/local-http.ts';
import { startClock, type Clock } from '../clock.ts';
import { KnownError } from '../errors.ts';
import { runPlanSchema } from '../plan.ts';
import { askIntegrityAgain, checkIntegrity, type Patience } from './integrity-step.ts';

const plan = (integrity: object) =>
  runPlanSchema.parse({ scenario: { name: 'peak', script: 'peak.ts' }, integrity });

const probe = { kind: 'http', id: 'audit', address: '${AUDIT}', path: '$.missing', expression: 'value==0' };

/** A store that gives these answers one after the other, and then the last one again; null: it breaks off. */
const withStore = async <T>(
  answers: readonly (object | null)[],
  ask: (url: string, asked: () => number) => Promise<T>,
): Promise<T> => {
  let requests = 0;
  const server = await serveLocally((_, response) => {
    const answer = answers[Math.min(requests, answers.length - 1)];
    requests += 1;
    if (answer === null) response.destroy();
    else response.end(JSON.stringify(answer));
  });
  try {
    return await ask(server.url, () => requests);
  } finally {
    await server.close();
  }
};

const patience = (forMs: number, stop = new AbortController().signal): Patience => ({
  forMs,
  everyMs: 20,
  stop,
});

/** Each look at it takes 20 ms. */
const steppingClock = (): Clock => {
  let nowMs = 0;
  return { startedAtEpochMs: 0, elapsedMs: () => (nowMs += 20) };
};

const waiting = { persisted: 9, drained: false, reason: 'rows-missing' };
const done = { persisted: 10, drained: true };

describe('counting the store after the run', () => {
  const persistedAfter = (answers: readonly (object | null)[], given: Patience, clock = startClock()) =>
    withStore(answers, async (url, asked) => {
      const entries = await askIntegrityAgain(plan({ url }), {}, clock, given);
      return {
        asked: asked(),
        found: entries.map((entry) =>
          entry.kind === 'integrity' ? [entry.when, entry.observation.persisted] : entry.kind,
        ),
      };
    });

  it('asks a store again that is not drained, until it is', async () => {
    assert.deepEqual(await persistedAfter([waiting, waiting, done], patience(60_000)), {
      asked: 3,
      found: [['after', 10]],
    });
  });

  it('asks once where the store is drained, or does not say', async () => {
    for (const answer of [done, { persisted: 10 }])
      assert.deepEqual(await persistedAfter([answer], patience(60_000)), {
        asked: 1,
        found: [['after', 10]],
      });
  });

  it('gives up in time, and keeps what was said last', async () => {
    const answers = [{ ...waiting, persisted: 8 }, waiting];
    const { asked, found } = await persistedAfter(answers, patience(400), steppingClock());
    assert.ok(asked >= 2 && asked <= 21, `${asked} questions in 400 ms, one every 20`);
    assert.deepEqual(found, [['after', 9]]);
    assert.equal((await persistedAfter([waiting], patience(0))).asked, 1);
  });

  it('stops asking when the run is stopped', async () => {
    const stop = new AbortController();
    stop.abort();
    assert.equal((await persistedAfter([waiting, done], patience(60_000, stop.signal))).asked, 1);
    const startedMs = performance.now();
    const soon = { ...patience(60_000, AbortSignal.timeout(100)), everyMs: 20_000 };
    assert.deepEqual((await persistedAfter([waiting, waiting, done], soon)).found, [['after', 9]]);
    assert.ok(performance.now() - startedMs < 15_000);
  });

  it('has a gap for a question without an answer, beside what was said before it', async () => {
    assert.deepEqual((await persistedAfter([null], patience(60_000))).found, ['gap']);
    assert.deepEqual((await persistedAfter([waiting, null, done], patience(60_000))).found, [['after', 10]]);
    assert.deepEqual((await persistedAfter([waiting, null], patience(400), steppingClock())).found, [
      'gap',
      ['after', 9],
    ]);
  });
});

describe('asking store and probes', () => {
  it('before the load takes every answer, store first', async () => {
    const asked = await withStore([{ accepted: 1, missing: 4 }], (url) =>
      checkIntegrity(plan({ url, probes: [probe] }), { audit: url }, startClock()),
    );
    assert.deepEqual(
      asked.map((entry) => [
        entry.kind,
        'when' in entry && entry.when,
        entry.kind === 'probe' && entry.value,
      ]),
      [
        ['integrity', 'before', false],
        ['probe', 'before', 4],
      ],
    );
  });

  it('before the load refuses a probe without a usable answer', async () => {
    const checking = withStore([{ gone: 4 }], (url) =>
      checkIntegrity(plan({ probes: [probe] }), { audit: url }, startClock()),
    );
    await assert.rejects(
      checking,
      (error) => error instanceof KnownError && /'audit' .*\$\.missing/.test(error.message),
    );
  });

  it('after the run has a gap for a probe that fails, and asks the others', async () => {
    const probes = [probe, { ...probe, id: 'refunds', path: '$' }, { ...probe, id: 'again' }];
    const asked = await withStore([{ missing: 2 }], (url) =>
      askIntegrityAgain(
        plan({ probes }),
        { audit: url, refunds: url, again: url },
        startClock(),
        patience(0),
      ),
    );
    assert.deepEqual(
      asked.map((entry) => (entry.kind === 'gap' ? entry.source : entry.kind === 'probe' && entry.value)),
      [2, 'integrity:refunds', 2],
    );
  });

  it('is nothing without integrity in the plan', async () => {
    const { integrity: _, ...bare } = plan({});
    assert.deepEqual(await checkIntegrity(bare, {}, startClock()), []);
    assert.deepEqual(await askIntegrityAgain(bare, {}, startClock(), patience(60_000)), []);
  });
});
