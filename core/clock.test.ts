import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { elapsedAtWallTime, startClock } from './clock.ts';

describe('the clock of a run', () => {
  it('goes by monotonic time, whatever happens to the wall clock', () => {
    const time = { monotonic: 500, wall: 1_700_000_000_000 };
    const clock = startClock({ monotonicMs: () => time.monotonic, wallMs: () => time.wall });
    time.monotonic += 250;
    time.wall -= 3_600_000;
    assert.equal(clock.elapsedMs(), 250);
    assert.equal(clock.startedAtEpochMs, 1_700_000_000_000);
  });

  it('places what another program stamped with wall time', () => {
    assert.equal(elapsedAtWallTime({ startedAtEpochMs: 1000 }, 1750), 750);
  });

  it('runs forward by itself', () => {
    const clock = startClock();
    const before = clock.elapsedMs();
    assert.ok(before >= 0 && clock.elapsedMs() >= before);
  });
});
