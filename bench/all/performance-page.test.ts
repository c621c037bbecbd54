import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withTable, type Outcome } from './performance-page.ts';

const outcome = (changes: Partial<Outcome>): Outcome => ({
  name: 'offsets',
  form: 'full',
  flags: [],
  seed: 7,
  goals: [{ what: 'one sample: a | b', seen: '12 ms', target: '≤ 20 ms', isMet: true }],
  result: 'result: met 1 of 1',
  brokeOff: null,
  doubts: [],
  machine: {
    processor: 'AMD EPYC',
    processors: 2,
    memoryGb: 8,
    system: 'Linux 6.18',
    node: '24.21.0',
    commit: 'abc1234',
    isChanged: false,
  },
  ...changes,
});
const seen = (text: string, changes: Partial<Outcome> = {}): Outcome =>
  outcome({ goals: [{ what: 'one sample', seen: text, target: '≤ 20 ms', isMet: true }], ...changes });
const broken: Partial<Outcome> = { goals: [], result: null, brokeOff: 'exit code 1' };
const doubtful: Partial<Outcome> = { doubts: [{ kind: 'busy-before', loadAverage: 3.456, limit: 1 }] };

const names = ['clock', 'long-run', 'offsets'];
const written = (page: string, ...outcomes: Outcome[]): string =>
  outcomes.reduce((text, each) => withTable(text, each, names), page);

describe('the page of figures', () => {
  it('says of each bench its form, seed, commit and machine, and its figures beside their targets', () => {
    const page = written('# 성능\n\n사람이 쓴 글.\n', outcome({}));
    assert.match(page, /^# 성능\n\n사람이 쓴 글\.\n\n<!-- benches: /);
    assert.match(page, /### `npm run -s bench:offsets`/);
    assert.ok(
      page.includes(
        '전체 형식 · 시드 7 · 커밋 `abc1234` · AMD EPYC 2코어 · 메모리 8 GB · Linux 6.18 · Node 24.21.0\n',
      ),
      page,
    );
    assert.match(page, /목표 1개를 모두 달성했습니다\./);
    assert.match(page, /\| 달성 \| one sample: a \\\| b \| 12 ms \| ≤ 20 ms \|/);
  });

  it('names what was missed', () => {
    const missed = { what: 'memory', seen: '500 MB', target: '≤ 150 MB', isMet: false };
    const page = written(
      '',
      outcome({ goals: [...outcome({}).goals, missed], result: 'result: missed 1 of 2' }),
    );
    assert.match(page, /목표 2개 중 1개를 달성했습니다\./);
    assert.match(page, /\| \*\*미달\*\* \| memory \| 500 MB \| ≤ 150 MB \|/);
  });

  it('says what the full form was reduced by, and that files were changed since the commit', () => {
    const { machine } = outcome({});
    const page = written(
      '',
      outcome({ form: 'reduced', flags: ['--rounds', '9'], machine: { ...machine, isChanged: true } }),
    );
    assert.match(page, /전체 형식 가운데 `--rounds 9`만 · 시드 7 · 커밋 `abc1234`에서 고친 상태/);
  });

  it('shows that slices were added up, and not where', () => {
    for (const keep of [['--keep', '/somewhere/kept'], ['--keep=/somewhere/kept']]) {
      const page = written(
        '',
        outcome({ form: 'reduced', flags: ['--only', 'a', ...keep, '--rounds', '8'] }),
      );
      assert.match(page, /bench:offsets -- --only a --keep … --rounds 8`/);
      assert.match(page, /전체 형식 가운데 `--only a --keep … --rounds 8`만/);
      assert.doesNotMatch(page, /somewhere/);
    }
  });

  it('has the tables in the order of the benches, whatever order they came in, between what people wrote', () => {
    const first = written('# 성능\n', outcome({}));
    const page = written(
      `${first}\n끝.\n`,
      seen('1 ms', { name: 'clock' }),
      seen('2 ms', { name: 'long-run' }),
    );
    const order = [...page.matchAll(/### `npm run -s bench:(\S+)`/g)].map(([, name]) => name);
    assert.deepEqual(order, names);
    assert.match(page, /^# 성능\n/);
    assert.match(page, /<!-- end of benches -->\n\n끝\.\n$/);
  });

  it('has a table replaced where it stands, and nothing else touched', () => {
    const before = written(
      '# 성능\n',
      outcome({ name: 'clock' }),
      seen('12 ms'),
      seen('9 ms', { name: 'long-run' }),
    );
    const after = written(before, seen('13 ms'));
    assert.equal(
      after,
      before.replace(
        '12 ms | ≤ 20 ms |\n\n<!-- end of bench offsets',
        '13 ms | ≤ 20 ms |\n\n<!-- end of bench offsets',
      ),
    );
    assert.notEqual(after, before);
  });

  for (const [what, better, worse] of [
    ['a full form over a short one', seen('1 ms'), seen('2 ms', { form: 'short' })],
    [
      'a full form over a reduced one',
      seen('1 ms'),
      seen('2 ms', { form: 'reduced', flags: ['--rounds', '9'] }),
    ],
    [
      'figures that may be used over those that may not',
      seen('1 ms', { form: 'short' }),
      seen('2 ms', doubtful),
    ],
    [
      'a result, whatever it is worth, over none',
      seen('1 ms', { form: 'short', ...doubtful }),
      outcome(broken),
    ],
  ] as const)
    it(`prefers ${what}`, () => {
      assert.equal(written(written('', better), worse), written('', better));
      assert.equal(written(written('', worse), better), written('', better));
    });

  it('has a table for each part of a bench that was made on its own, until all of it was made at once', () => {
    const part = (only: string, text: string, ...more: string[]): Outcome =>
      seen(text, { form: 'reduced', flags: ['--only', only, ...more] });
    const parts = written(
      '',
      part('ticks', '1 ms'),
      part('duel', '2 ms', '--rounds', '3'),
      outcome({ name: 'clock' }),
    );
    assert.deepEqual(
      [...parts.matchAll(/### `npm run -s bench:(.+)`/g)].map(([, command]) => command),
      ['clock', 'offsets -- --only duel --rounds 3', 'offsets -- --only ticks'],
    );
    assert.match(written(parts, part('ticks', '5 ms')), /2 ms[\s\S]*5 ms/);
    assert.equal(
      written(parts, outcome(broken), outcome({})),
      written('', outcome({ name: 'clock' }), outcome({})),
    );
    // A short form says less than they do.
    assert.match(written(parts, seen('9 ms', { form: 'short' })), /9 ms[\s\S]*2 ms[\s\S]*1 ms/);
  });

  it('says of figures that are not to be used that they are not, and why', () => {
    const others = { kind: 'others-meanwhile', share: 0.234, limit: 0.1 } as const;
    const page = written('', outcome({ doubts: [...(doubtful.doubts ?? []), others] }));
    assert.match(
      page,
      /\*\*쓰면 안 되는 수치입니다\.\*\* 시작할 때 기계가 바빴습니다\(부하 평균 3\.46, 한도 1\)\./,
    );
    assert.match(
      page,
      /\*\*쓰면 안 되는 수치입니다\.\*\* 재는 동안 다른 프로그램이 프로세서의 23 %를 썼습니다\(한도 10 %\)\./,
    );
  });

  it('says of a bench that broke off that it came to no result', () => {
    assert.match(written('', outcome(broken)), /결과를 내지 못하고 끝났습니다\(exit code 1\)\./);
  });
});
