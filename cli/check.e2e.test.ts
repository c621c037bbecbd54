import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { KnownError } from '../core/errors.ts';
import { checkCommand, type CheckFlags } from './commands/check.ts';
import { checkDocumentSchema } from '../core/claims/check-document.ts';
import { assertRefusal, filesBelow, lagline, temporaryFolder, writeText } from '../fixtures/cli.ts';

const fixture = (...path: string[]): string => join(import.meta.dirname, '..', 'fixtures', ...path);
const source = fixture('k6-output', 'coupon-report.md');
const drained = fixture('runs', 'backlog-drained');

describe('lagline report --check', () => {
  it('holds a report against the k6 blocks inside it, and ends with 99 where they contradict it', async (t) => {
    const cwd = temporaryFolder(t);
    const end = await lagline(t, ['report', '--check', source], { cwd });
    assert.equal(end.code, 99, end.stderr);
    assert.match(end.stdout, /❌ 모순 .*순간 피크 1000 RPS 이상 처리 가능\n.*요청 평균 691\.13\/s.*8,610/);
    assert.match(end.stdout, /⚠️ 의문 .*2\.33% \(500\/21391\) 정상 범주/);
    assert.match(end.stdout, /✅ 맞음 .*p95\(960\.93ms\) < 1000ms/);
    assert.deepEqual(filesBelow(cwd), [], 'nothing is written unless --out is given');
  });

  it('writes Markdown and data where --out says, and the same data with --json', async (t) => {
    const cwd = temporaryFolder(t);
    const args = ['report', '--check', source, '--lang', 'en', '--json', '--out', 'out'];
    const end = await lagline(t, args, { cwd });
    assert.equal(end.code, 99, end.stderr);
    assert.deepEqual(filesBelow(join(cwd, 'out')), ['check.en.md', 'check.json']);
    assert.equal(readFileSync(join(cwd, 'out', 'check.json'), 'utf8'), end.stdout);
    const document = checkDocumentSchema.parse(JSON.parse(end.stdout));
    const markdown = readFileSync(join(cwd, 'out', 'check.en.md'), 'utf8');
    const rows = markdown.split('\n').filter((line) => /^\| \d+ \|/.test(line));
    assert.equal(rows.length, document.claims.length);
    assert.match(markdown, /The data contradict the report/);
    assert.doesNotMatch(markdown + end.stdout, /undefined|NaN|\[object/);
  });

  it('takes run folders or files that k6 had left as data; 0 where nothing is contradicted', async (t) => {
    const cwd = temporaryFolder(t);
    writeText(cwd, 'good.md', '| 항목 | 결과 |\n|-|-|\n| 최대 랙 | 9,668건 |\n| 요청 수 | 12,002건 |\n');
    const good = await lagline(t, ['report', drained, '--check', 'good.md'], { cwd });
    assert.equal(good.code, 0, good.stdout + good.stderr);
    writeText(cwd, 'bad.md', '요청 12,002건을 백로그 없이 처리했다.\n');
    const bad = await lagline(t, ['report', '--check', 'bad.md', drained], { cwd });
    assert.equal(bad.code, 99, bad.stdout + bad.stderr);
    const saved = fixture('k6-output', 'v1.8.1-basic.export.json');
    writeText(cwd, 'lag.md', '최대 랙은 9,668건이었다.\n');
    const unknown = await lagline(t, ['report', '--check', 'lag.md', '--k6-summary', saved], { cwd });
    assert.equal(unknown.code, 3, unknown.stdout + unknown.stderr);
  });

  it('shows words of the report as they are, without what would steer a terminal or be markup', async (t) => {
    const cwd = temporaryFolder(t);
    writeText(cwd, 'evil.md', '요청 12,002건 \u001B[A`<img src=x onerror=alert(1)>` \u202Eabc\n');
    const args = ['report', drained, '--check', 'evil.md', '--out', '.'];
    const end = await lagline(t, args, { cwd });
    assert.equal(end.code, 0, end.stderr);
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    assert.doesNotMatch(end.stdout, /\u001B|\u202E/);
    assert.doesNotMatch(readFileSync(join(cwd, 'check.ko.md'), 'utf8'), /<img/);
  });

  it('refuses options that say nothing here', async (t) => {
    const cwd = temporaryFolder(t);
    const args = ['report', '--check', source, '--format', 'md', '--out', 'out'];
    assertRefusal(await lagline(t, args, { cwd }), ['--format', '--check']);
    assert.deepEqual(filesBelow(cwd), []);
  });

  it('refuses what it cannot read or make sense of, and writes nothing', async (t) => {
    const cwd = temporaryFolder(t);
    const path = (name: string): string => join(cwd, name);
    writeText(cwd, 'empty.md', ' \n');
    writeText(cwd, 'binary.md', 'a\u0000b');
    writeText(cwd, 'bare.md', '# 보고서\n\n요청 1건\n');
    const whole = readFileSync(source, 'utf8');
    writeText(cwd, 'cut.md', `${whole.slice(0, whole.indexOf('    EXECUTION'))}\n\`\`\`\n`);
    const before = filesBelow(cwd);
    const refused = async (
      naming: string,
      file: string,
      runs: readonly string[] = [],
      flags: Partial<CheckFlags> = {},
    ): Promise<void> => {
      const all: CheckFlags = { lang: 'ko', threshold: [], refused: [], out: path('out'), ...flags };
      await assert.rejects(checkCommand(file, runs, all), (error) => {
        assert.ok(error instanceof KnownError && error.remedy !== undefined);
        assert.ok(error.message.includes(naming), error.message);
        return true;
      });
    };
    await refused('ENOENT', path('gone.md'));
    await refused('it is empty', path('empty.md'));
    await refused('it is no text', path('binary.md'));
    await refused('bare.md holds no output of k6', path('bare.md'));
    await refused("it has no line for 'iterations'", path('cut.md'));
    await refused('no-run', source, [path('no-run')]);
    await refused('not of both', source, [drained], { k6Summary: [source] });
    await refused('--threshold', source, [drained], { threshold: ['checks=rate>0.9'] });
    await refused('rate>', source, [], { threshold: ['checks=rate>'] });
    assert.deepEqual(filesBelow(cwd), before);
  });
});
