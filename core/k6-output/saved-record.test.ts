import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { RunRecord } from '../record/run-record.ts';
import { readSummaryText } from './read-summary-text.ts';
import { savedRecord } from './saved-record.ts';

const folder = join(import.meta.dirname, '../../fixtures/k6-output');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const recordsOf = (text: string, file = 'saved.txt'): RunRecord[] => {
  const found = readSummaryText(text);
  return found.map((saved, index) =>
    savedRecord(
      saved,
      { file, part: index + 1, parts: found.length },
      { laglineVersion: '0.1.0', thresholds: {} },
    ),
  );
};
const one = (text: string, file?: string): RunRecord => {
  const records = recordsOf(text, file);
  assert.equal(records.length, 1);
  return records[0] as RunRecord;
};

describe('the record of a summary', () => {
  it('goes by the name of the script, else by that of the file', () => {
    assert.deepEqual(
      recordsOf(read('coupon-report.md')).map(({ plan, runId }) => [plan.scenario.name, runId]),
      [
        ['issue-coupon-stress', 'saved.txt#1'],
        ['issue-coupon-peak', 'saved.txt#2'],
      ],
    );
    const text = read('v1.8.1-basic.txt');
    assert.equal(one(text, '부하 peak (1).log').plan.scenario.name, 'peak-1-');
    assert.equal(one(text, '결과').plan.scenario.name, 'k6');
    assert.equal(one(read('v1.8.1-basic.export.json'), 'ci.summary.json').plan.scenario.name, 'ci.summary');
  });

  it('tells when it began only where the output does', () => {
    const machine = read('v1.8.1-basic.machine.json');
    const { metadata, config } = JSON.parse(machine) as {
      metadata: { generated_at: string };
      config: { duration: number };
    };
    const startedAt = Date.parse(one(machine).startedAt ?? '');
    assert.ok(Math.abs(startedAt + config.duration * 1000 - Date.parse(metadata.generated_at)) <= 1);
    for (const name of ['v1.8.1-multi.txt', 'v1.8.1-basic.export.json', 'v1.8.1-basic.data.json'])
      assert.equal(one(read(name)).startedAt, null, name);
  });

  it('takes how long k6 counted from its own word, else from a total and its rate', () => {
    const { state } = JSON.parse(read('v1.8.1-basic.data.json')) as { state: { testRunDurationMs: number } };
    assert.equal(one(read('v1.8.1-basic.data.json')).durationMs, Math.round(state.testRunDurationMs));
    assert.deepEqual(
      recordsOf(read('coupon-report.md')).map(({ durationMs }) => durationMs),
      [240_006, 30_951],
    );
    const { durationMs, phases } = one(
      'iterations....: 3 lost\niterations....: 3 x/s\niterations...: 0 0/s\n',
    );
    assert.deepEqual([durationMs, phases], [0, []]);
  });

  it('holds that nothing was dropped only where the text would show it', () => {
    const mayHide = (text: string): true | undefined => one(text).load?.mayHideDrops;
    const [first] = readSummaryText(read('coupon-report.md'));
    assert.ok(first?.format === 'console');
    const stress = first.text;
    assert.equal(mayHide(stress), undefined);
    assert.equal(mayHide(stress.replace('    EXECUTION\n', '')), true);
    assert.equal(mayHide(stress.replace(/^ *iteration_duration.*\n/m, '')), true);
    const old = read('v0.49.0-multi.txt');
    const withoutDrops = old.replace(/^.*dropped_iterations.*\n/m, '');
    assert.deepEqual([mayHide(old), mayHide(withoutDrops)], [undefined, undefined]);
    assert.equal(mayHide(withoutDrops.replace(/^.*data_sent.*\n/m, '')), true);
    assert.equal(mayHide(read('v1.8.1-basic.export.json')), undefined);
    // A line that is there, but cannot be read, does not say 0.
    const unread = stress.replace(/^( *)iteration_duration/m, '$1dropped_iterations....: 8.6k 27/s\n$&');
    assert.equal(mayHide(unread), true);
  });

  it('reads no figure from a last line that was cut', () => {
    const text = read('v1.8.1-multi.txt').trimEnd();
    const vus = text.indexOf('vus_max');
    const gauge = text.slice(0, text.indexOf('\n', vus));
    for (let cut = gauge.length; cut > gauge.length - 60; cut -= 1) {
      const { load } = one(gauge.slice(0, cut));
      const metric = load?.summary?.metrics['vus_max'];
      assert.equal(metric, undefined, gauge.slice(-60, cut));
    }
    // A rate per second has an end of its own.
    assert.ok(one(text).load?.summary?.metrics['data_sent'] !== undefined);
    const trend = text.slice(0, text.indexOf('iterations...'));
    const line = trend.slice(0, trend.lastIndexOf('\n'));
    for (let cut = line.length; cut > line.length - 15; cut -= 1)
      assert.equal(one(line.slice(0, cut)).load?.summary?.metrics['iteration_duration'], undefined);
  });
});
