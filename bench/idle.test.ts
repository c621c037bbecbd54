import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { doubtText } from './doubt.ts';
import { busyBetween, busyNow } from './idle.ts';
import { readWork, workIn, workOfFamily } from './others-work.ts';

describe('figures are worth nothing', () => {
  it('where more than half of the processors had other work in the last minute', () => {
    assert.equal(busyNow(0.9, 2), undefined);
    assert.equal(busyNow(4, 8), undefined);
    const doubt = busyNow(1.01, 2);
    assert.ok(doubt);
    assert.equal(doubtText(doubt), 'the machine is busy (load average 1.01, at most 1 is taken)');
  });

  it('where others worked while they were taken', () => {
    const from = { all: 1000, own: 100, atMs: 0 };
    // Ten seconds of two processors are 2,000 hundredths: ours were 1,500 of them.
    assert.equal(busyBetween(from, { all: 2600, own: 1600, atMs: 10_000 }, 2), undefined);
    const doubt = busyBetween(from, { all: 2900, own: 1600, atMs: 10_000 }, 2);
    assert.ok(doubt);
    assert.equal(doubtText(doubt), 'others used 20 % of the processors meanwhile (at most 10 % is taken)');
  });

  it('but not where the kernel does not tell, or counts its shares a little off', () => {
    const from = { all: 1000, own: 100, atMs: 0 };
    assert.equal(busyBetween(undefined, from, 2), undefined);
    assert.equal(busyBetween(from, undefined, 2), undefined);
    assert.equal(busyBetween(from, { all: 1010, own: 130, atMs: 1000 }, 2), undefined);
  });
});

describe('work', () => {
  it('is what the processors did and what was stolen, neither waiting nor interrupts', () => {
    const stat = 'cpu  10 20 30 4000 500 6 7 80 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n';
    assert.equal(workIn(stat), 140);
  });

  it('of a family is that of the process, of those below it, and of those that they have waited for', () => {
    const stat = (pid: number, name: string, parent: number, ...times: number[]): string =>
      `${pid} (${name}) S ${parent} ${pid} ${pid} 0 -1 4194560 1 2 3 4 ${times.join(' ')} 20 0 1\n`;
    const stats = [
      stat(1, 'init', 0, 1000, 1000, 1000, 1000),
      stat(10, 'node', 1, 1, 2, 3, 4),
      stat(11, 'a (b) c', 10, 10, 20, 30, 40),
      stat(12, 'java', 11, 100, 200, 0, 0),
      stat(20, 'other', 1, 5000, 0, 0, 0),
    ];
    assert.equal(workOfFamily(10, stats), 10 + 100 + 300);
  });

  it('of a child counts as our own, also once it has ended', { skip: readWork() === undefined }, () => {
    const before = readWork();
    // Until it has had half a second of the processors, however long that takes.
    const burn = 'for (let cpu = process.cpuUsage(); cpu.user + cpu.system < 5e5; cpu = process.cpuUsage());';
    execFileSync(process.execPath, ['-e', burn]);
    const after = readWork();
    assert.ok(before !== undefined && after !== undefined);
    assert.ok(after.own - before.own >= 45, `${after.own - before.own} hundredths`);
  });
});

describe('a bench that times', () => {
  const run = (program: string, environment: Record<string, string>) =>
    spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      env: { ...process.env, BENCH_ANYWAY: '', ...environment },
    });
  /** As on a machine with a load average of 9. */
  const onBusyMachine = `
    import os from 'node:os';
    import { syncBuiltinESMExports } from 'node:module';
    os.loadavg = () => [9, 9, 9];
    syncBuiltinESMExports();
    const { requireIdle } = await import(${JSON.stringify(join(import.meta.dirname, 'idle.ts'))});
    const { printGoals } = await import(${JSON.stringify(join(import.meta.dirname, 'goals.ts'))});
    await requireIdle();
    printGoals([{ what: 'a figure', seen: '1 ms', target: '≤ 2 ms', isMet: true }]);`;

  it('measures nothing on a busy machine', () => {
    const { status, stdout, stderr } = run(onBusyMachine, {});
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^the machine is busy \(load average 9\.00, .*\): wait until it is idle/);
  });

  it('says with its result that the figures are not to be used, where it is told to measure all the same', () => {
    const { status, stdout } = run(onBusyMachine, { BENCH_ANYWAY: '1' });
    assert.equal(status, 0);
    assert.match(stdout, /^figures not to be used: the machine is busy/);
    assert.match(
      stdout.trimEnd().split('\n').at(-1) ?? '',
      /^result: met 1 of 1, not to be used: the machine is busy \(load average 9\.00/,
    );
  });
});
