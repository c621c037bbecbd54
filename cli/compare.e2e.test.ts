import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { assertRefusal, lagline } from '../fixtures/cli.ts';
import { inkInPlot } from '../fixtures/picture.ts';
import { compareDocumentSchema } from '../core/compare/compare-document.ts';
import { historyDocumentSchema } from '../core/compare/history-document.ts';

const folder = mkdtempSync(join(tmpdir(), 'lagline-compare-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const story = (name: string): string => join(import.meta.dirname, '..', 'fixtures', 'runs', name);

/** Copies of a stored run whose response times are multiplied; each is a run of its own, a minute after the last. */
const copies = (
  side: string,
  count: number,
  factor: number | ((index: number) => number),
  digit = '0',
): string => {
  const set = join(folder, side);
  mkdirSync(set);
  for (let index = 0; index < count; index += 1) {
    const times = typeof factor === 'number' ? factor * (1 + index / 200) : factor(index);
    const run = join(set, `run-${index}`);
    cpSync(story('healthy'), run, { recursive: true });
    const journal = join(run, 'run.jsonl');
    const [head = '', ...rest] = readFileSync(journal, 'utf8').split('\n');
    const header = JSON.parse(head) as { plan: { scenario: object } };
    const plan = {
      ...header.plan,
      scenario: { ...header.plan.scenario, scriptSha256: digit.repeat(64) },
    };
    const multiplied = (key: string, value: unknown): unknown =>
      typeof value === 'number' && /^(avg|min|med|max|p\(\d+\))$/.test(key) ? value * times : value;
    const startedAt = new Date(Date.UTC(2026, 2, 14, 5, index)).toISOString();
    writeFileSync(
      journal,
      [
        JSON.stringify({ ...header, plan, startedAt, runId: `${side}-${index}` }),
        ...rest.map((line) => (line === '' ? line : JSON.stringify(JSON.parse(line, multiplied)))),
      ].join('\n'),
    );
  }
  return set;
};

describe('lagline compare', () => {
  it('ends with 99 for a regression, and names it in the table, the report and the comment', async (t) => {
    const [base, candidate] = [copies('base', 6, 1), copies('slow', 6, 1.3)];
    const found = await lagline(t, ['compare', base, '--json', '--out', folder, '--', candidate], {
      cwd: folder,
    });
    assert.equal(found.code, 99, found.stderr);
    const document = compareDocumentSchema.parse(JSON.parse(found.stdout));
    const p95 = document.metrics.find(({ metric }) => metric === 'http_req_duration p(95)');
    assert.equal(p95?.verdict, 'regression');
    assert.ok(Math.abs((p95.change ?? 0) - 0.3) < 0.02);
    const report = readFileSync(join(folder, 'compare.ko.md'), 'utf8');
    assert.match(report, /`http_req_duration p\(95\)`.*악화/);
    assert.match(report, /!\[.*\]\(compare\.ko\.png\)/);
    assert.ok((await inkInPlot(join(folder, 'compare.ko.png'))) > 100);
    const comment = await lagline(
      t,
      ['compare', '--base', base, '--candidate', candidate, '--format', 'pr-comment', '--lang', 'en'],
      { cwd: folder },
    );
    assert.match(comment.stdout, /There is a regression/);
    const back = await lagline(t, ['compare', candidate, '--lang', 'en', '--', base], { cwd: folder });
    assert.equal(back.code, 0);
    assert.match(back.stdout, /improvement/);
  });

  it('ends with 3 for one run a side, however different, and says how little that proves', async (t) => {
    const [base, candidate] = [copies('one', 1, 1), copies('other', 1, 3)];
    const found = await lagline(t, ['compare', base, '--lang', 'en', '--', candidate], { cwd: folder });
    assert.equal(found.code, 3, found.stderr);
    assert.match(found.stdout, /prove little/);
  });

  it('refuses runs of a script that has changed, and takes them where that is allowed', async (t) => {
    const [base, candidate] = [copies('before', 5, 1, '1'), copies('after', 5, 1, '2')];
    const refused = await lagline(t, ['compare', base, '--', candidate], { cwd: folder });
    assertRefusal(refused, [
      /they differ in script: "111111111111" and "222222222222".*--allow-different script/s,
    ]);
    const allowed = await lagline(
      t,
      ['compare', base, '--lang', 'en', '--allow-different', 'script', '--', candidate],
      { cwd: folder },
    );
    assert.equal(allowed.code, 0, allowed.stderr);
    assert.match(allowed.stdout, /differs, and was allowed to \(script\)/);
  });

  it('refuses runs made otherwise, by name, and the same run on both sides', async (t) => {
    const differing = await lagline(t, ['compare', story('healthy'), '--', story('backlog-drained')], {
      cwd: folder,
    });
    assertRefusal(differing, [/not comparable, they differ in .*load.*--allow-different/s]);
    const twice = await lagline(t, ['compare', story('healthy'), '--', story('healthy')], { cwd: folder });
    assertRefusal(twice, [/twice/]);
    const alone = await lagline(t, ['compare', story('healthy')], { cwd: folder });
    assertRefusal(alone, [/no candidate/]);
  });
});

describe('lagline compare --history', () => {
  const level = (from: number) => (index: number) =>
    (index >= from ? 1.3 : 1) * (1 + ((index * 7) % 5) / 200);

  it('ends with 99 for a regression among the newest runs, and names the run it began with', async (t) => {
    const runs = copies('nightly', 18, level(13));
    const found = await lagline(t, ['compare', '--history', runs, '--json', '--out', folder], {
      cwd: folder,
    });
    assert.equal(found.code, 99, found.stderr);
    const document = historyDocumentSchema.parse(JSON.parse(found.stdout));
    const p95 = document.metrics.find(({ metric }) => metric === 'http_req_duration p(95)');
    assert.deepEqual(
      p95?.changes.map(({ runId, verdict, isNewest }) => [runId, verdict, isNewest]),
      [['nightly-13', 'regression', true]],
    );
    const report = readFileSync(join(folder, 'history.ko.md'), 'utf8');
    assert.match(report, /18회 중 14번째부터.*악화 \(최근\)/);
    assert.match(report, /!\[.*\]\(history\.ko\.png\)/);
    assert.ok((await inkInPlot(join(folder, 'history.ko.png'))) > 100);
    const older = await lagline(
      t,
      ['compare', '--history', runs, '--newest', '4', '--lang', 'en', '--format', 'pr-comment'],
      { cwd: folder },
    );
    assert.equal(older.code, 0);
    assert.match(older.stdout, /regression \(earlier\)/);
  });

  it('ends with 3 where the runs are too few to show anything', async (t) => {
    const found = await lagline(t, ['compare', '--history', copies('few', 5, level(2)), '--lang', 'en'], {
      cwd: folder,
    });
    assert.equal(found.code, 3, found.stderr);
    assert.match(found.stdout, /no pass/);
  });

  it('refuses runs made otherwise, a base beside it, and a number of newest runs that is none', async (t) => {
    const differing = await lagline(t, ['compare', '--history', story('healthy'), story('backlog-drained')], {
      cwd: folder,
    });
    assertRefusal(differing, [/not comparable, they differ in .*load.*--allow-different/s]);
    const both = await lagline(t, ['compare', 'x', '--history', story('healthy')], { cwd: folder });
    assertRefusal(both, [/--history has no base/]);
    const none = await lagline(t, ['compare', '--history', story('healthy'), '--newest', '0'], {
      cwd: folder,
    });
    assertRefusal(none, [/--newest '0'/]);
  });
});
