import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { partition, type Reading } from '../../fixtures/build-record.ts';
import { completionDelays, delayQuantile, meanDelay, type CompletionDelays } from './completion-delay.ts';

const quantiles = [0, 0.5, 0.95, 0.99, 1] as const;

/** Nearest rank over delays that are all known. */
const trueQuantile = (delays: readonly number[], q: number): number | undefined =>
  delays.toSorted((left, right) => left - right)[Math.max(1, Math.ceil(q * delays.length - 1e-9)) - 1];

type Part = CompletionDelays['parts'][number];

const part = (done: readonly number[], open: readonly number[]): Part => {
  const [all, waiting] = [Float64Array.from(done).sort(), Float64Array.from(open).sort()];
  return { weight: 1, done: { ms: all, lowMs: all, highMs: all }, open: { ms: waiting, lowMs: waiting } };
};

/** Of the only partition; columns of entries ascend each by itself. */
const onlyPart = ({ parts }: CompletionDelays): Part => parts[0] ?? assert.fail('no partition');

describe('delayQuantile', () => {
  const delays = (done: readonly number[], open: readonly number[]): CompletionDelays => ({
    completed: done.length,
    waiting: open.length,
    parts: [part(done, open)],
  });

  for (const [what, done, open, q, expected] of [
    ['is the value at its rank', [1, 2, 3, 4], [], 0.5, { ms: 2, lowMs: 2, highMs: 2 }],
    [
      'is known while the waiting ones are all beyond it',
      [1, 2, 3],
      [9],
      0.5,
      { ms: 2, lowMs: 2, highMs: 2 },
    ],
    ['is null where a waiting one holds its rank', [1, 2, 3], [9], 1, { ms: null, lowMs: 9, highMs: null }],
    [
      'is null where a waiting one could still move it',
      [1, 5, 6],
      [2],
      0.5,
      { ms: null, lowMs: 2, highMs: 5 },
    ],
    ['is null without messages', [], [], 0.5, { ms: null, lowMs: null, highMs: null }],
    ['has a lower bound where nothing was completed', [], [7, 8], 0.5, { ms: null, lowMs: 7, highMs: null }],
  ] as const) {
    it(what, () => assert.deepEqual(delayQuantile(delays(done, open), q), expected));
  }

  it('is never moved, where it is given, by what becomes of the waiting ones', () => {
    const delay = fc.integer({ min: 0, max: 20 });
    fc.assert(
      fc.property(
        fc.array(delay, { maxLength: 12 }),
        fc.array(fc.tuple(delay, fc.integer({ min: 0, max: 40 })), { maxLength: 6 }),
        fc.constantFrom(...quantiles),
        (done, waiting, q) => {
          const open = waiting.map(([ms]) => ms);
          const { ms, lowMs, highMs } = delayQuantile(delays(done, open), q);
          const final = [...done, ...waiting.map(([ms, more]) => ms + more)];
          const truth = trueQuantile(final, q) ?? Number.NaN;
          if (ms !== null) assert.equal(ms, truth);
          if (lowMs !== null) assert.ok(truth >= lowMs);
          if (highMs !== null) assert.ok(truth <= highMs);
          assert.equal(lowMs === null, final.length === 0);
        },
      ),
    );
  });

  it('finds the maximum also where weights are fractions', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2001, max: 5_000_000 }),
        fc.integer({ min: 1, max: 5 }),
        (total, count) => {
          const done = Array.from({ length: 2000 }, (_, index) => (index * 7919) % 4001);
          const parts = Array.from({ length: count }, () => ({ ...part(done, []), weight: total / 2000 }));
          assert.equal(delayQuantile({ completed: 0, waiting: 0, parts }, 1).ms, Math.max(...done));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is the least value up to which all that is not above it weighs enough, over partitions of any weights', () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 20 }),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
      fc.constantFrom(0, Number.POSITIVE_INFINITY, Number.NaN),
    );
    const drawn = fc.record({
      done: fc.array(value, { maxLength: 30 }),
      open: fc.array(value, { maxLength: 5 }),
      weight: fc.constantFrom(1, 1, 2, 7, 0.5, 12_345.75),
    });
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 5 }), fc.double({ noNaN: true, min: 0, max: 1 }), (all, q) => {
        const parts = all.map(({ done, open, weight }) => ({ ...part(done, open), weight }));
        const entries = all.flatMap(({ done, open, weight }) =>
          [...done, ...open].map((ms) => ({ ms, weight })),
        );
        const needed = q * entries.reduce((sum, { weight }) => sum + weight, 0) * (1 - 1e-9);
        const found = entries
          .map(({ ms }) => ms)
          .filter((ms) => !Number.isNaN(ms))
          .sort((left, right) => left - right)
          .find((ms) => entries.reduce((sum, each) => sum + (each.ms <= ms ? each.weight : 0), 0) >= needed);
        const { lowMs } = delayQuantile({ completed: 0, waiting: 0, parts }, q);
        assert.ok(lowMs === (found ?? null), `${lowMs} ${found}`);
      }),
    );
  });
});

describe('completionDelays', () => {
  it('is the distance between the curves, message by message', () => {
    const delays = completionDelays([
      partition([
        [0, 0, 0],
        [1000, 0, 10],
        [2000, 0, 10],
        [3000, 10, 10],
      ]),
    ]);
    assert.deepEqual([delays.completed, delays.waiting], [10, 0]);
    const { ms } = onlyPart(delays).done;
    assert.ok(ms.length === 10 && ms.every((each) => each > 1900 && each < 2100));
  });

  it('takes what one commit confirms as worked off since the one before it', () => {
    const commitEvery = 5;
    const delays = completionDelays([
      partition(
        Array.from({ length: 41 }, (_, second): Reading => [
          second * 1000,
          10 * commitEvery * Math.floor(second / commitEvery),
          second === 0 ? 0 : 10 * second,
        ]),
      ),
    ]);
    // worked off as it comes, and committed every 5 s: the staircase alone would make that 2.5 s
    const mean = meanDelay(delays).ms ?? assert.fail('no mean');
    assert.ok(mean < 700, `${mean}`);
    const { ms, lowMs, highMs } = onlyPart(delays).done;
    assert.ok(ms.every((each, index) => (lowMs[index] ?? 0) <= each && each <= (highMs[index] ?? 0)));
  });

  it('does not spread what came after a stall over the stall', () => {
    const readings = Array.from({ length: 40 }, (_, second): Reading => [
      second * 1000,
      second < 10 ? 10 * second : second < 20 ? 90 : Math.min(390, 90 + 30 * (second - 19)),
      Math.min(390, 10 * second),
    ]);
    const longest = onlyPart(completionDelays([partition(readings)])).done.ms.at(-1) ?? 0;
    assert.ok(longest > 9500 && longest < 11_500, `${longest}`);
  });

  it('counts messages that were there before the first reading neither as done nor as waiting', () => {
    const { completed, waiting } = completionDelays([
      partition([
        [0, 0, 500],
        [1000, 300, 500],
      ]),
    ]);
    assert.deepEqual([completed, waiting], [0, 0]);
  });

  it('counts a message as waiting from when it was produced, also without any commit', () => {
    const delays = completionDelays([
      partition([
        [0, null, 0],
        [1000, null, 4],
        [5000, null, 4],
      ]),
    ]);
    assert.equal(delays.waiting, 4);
    const { ms } = onlyPart(delays).open;
    assert.ok(ms.length === 4 && ms.every((each) => each > 4000 && each <= 5003));
  });

  it('draws what a first commit confirms from the start of the log, and not as a time that nobody can say', () => {
    const delays = completionDelays([
      partition([
        [0, null, 0],
        [1000, null, 6],
        [2000, 6, 6],
        [3000, 7, 7],
        [4000, 8, 8],
        [5000, 8, 12],
        [20_000, 12, 12],
      ]),
    ]);
    assert.deepEqual([delays.completed, delays.waiting], [12, 0]);
    const { ms, lowMs, highMs } = onlyPart(delays).done;
    assert.ok(ms.every((each, index) => (lowMs[index] ?? 0) <= each && each <= (highMs[index] ?? 0)));
    assert.ok(ms.every((each, index) => (index < 8 ? each < 2000 : each > 14_000)));
    // Were those of the first commit not known, the fifth least of all would be one of the last four.
    assert.ok((delayQuantile(delays, 0.4).ms ?? Infinity) < 2000);
    assert.ok((meanDelay(delays).ms ?? Infinity) < 6000);
  });

  it('does not take back what was completed when the group is set back', () => {
    const { completed, waiting } = completionDelays([
      partition([
        [0, 0, 0],
        [1000, 0, 10],
        [2000, 10, 10],
        [3000, 0, 10],
      ]),
    ]);
    assert.deepEqual([completed, waiting], [10, 0]);
  });

  it('stands for every message of a large partition', () => {
    const { completed, waiting } = completionDelays([
      partition(
        [
          [0, 0, 0],
          [1000, 0, 1_000_003],
          [2000, 400_000, 1_000_003],
        ],
        { base: 2n ** 60n },
      ),
    ]);
    assert.equal(completed + waiting, 1_000_003);
    assert.ok(Math.abs(completed - 400_000) <= 501);
  });

  it('comes within two sampling intervals and one commit interval of an oracle that knows each message, and has it inside its bounds', () => {
    const intervalMs = 200;
    const messages = fc.array(
      fc.record({ gapMs: fc.integer({ min: 0, max: 300 }), workMs: fc.integer({ min: 1, max: 400 }) }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 60 }), fc.boolean(), (list, ticks, isNewGroup) => {
        const known = history(list);
        const withinMs = 2 * intervalMs + longestWorkMs(list) + 10;
        const endMs = ticks * intervalMs;
        const readings = Array.from({ length: ticks + 1 }, (_, index): Reading => {
          const atMs = index * intervalMs;
          const before = (times: readonly number[], ms: number) => times.filter((time) => time <= ms).length;
          const committed = (ms: number) => before(known.consumedMs, ms) || (isNewGroup ? null : 0);
          return [atMs, committed(atMs), before(known.producedMs, atMs + 1.5), committed(atMs + 4)];
        });
        const found = completionDelays([partition(readings)]);
        const seen = known.producedMs.flatMap((producedMs, index) => {
          const consumedMs = known.consumedMs[index] ?? Number.POSITIVE_INFINITY;
          return producedMs <= endMs + 1.5
            ? [{ ms: consumedMs - producedMs, isDone: consumedMs <= endMs + 4 }]
            : [];
        });
        assert.equal(found.completed, seen.filter(({ isDone }) => isDone).length);
        assert.equal(found.waiting, seen.filter(({ isDone }) => !isDone).length);
        for (const q of quantiles) {
          const truth =
            trueQuantile(
              seen.map(({ ms }) => ms),
              q,
            ) ?? Number.NaN;
          const { ms, lowMs, highMs } = delayQuantile(found, q);
          if (ms !== null) assert.ok(Math.abs(ms - truth) <= withinMs, `${q}: ${ms} for ${truth}`);
          if (lowMs !== null) assert.ok(lowMs <= truth);
          if (highMs !== null) assert.ok(highMs >= truth);
          assert.equal(lowMs === null, seen.length === 0);
          if (seen.every(({ isDone }) => isDone)) assert.equal(ms === null, seen.length === 0);
        }
      }),
    );
  });
});

/** Each message is committed when it is worked off: while some wait, this is the longest time between two commits. */
const longestWorkMs = (list: readonly { workMs: number }[]): number =>
  Math.max(...list.map(({ workMs }) => workMs));

/** One consumer that takes messages in order, each `workMs` long; everything begins after the first reading. */
const history = (list: readonly { gapMs: number; workMs: number }[]) => {
  const producedMs: number[] = [];
  const consumedMs: number[] = [];
  let atMs = 10;
  let freeMs = 0;
  for (const { gapMs, workMs } of list) {
    atMs += gapMs;
    freeMs = Math.max(freeMs, atMs) + workMs;
    producedMs.push(atMs);
    consumedMs.push(freeMs);
  }
  return { producedMs, consumedMs };
};
