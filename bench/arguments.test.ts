import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readParts, readWholeNumber } from './arguments.ts';

const parts = ['sandwiches', 'growth', 'truth'] as const;

describe("a bench's --only", () => {
  it('names some of its parts, in any order; without it there are all', () => {
    assert.deepEqual(readParts('truth, sandwiches', parts), ['sandwiches', 'truth']);
    assert.deepEqual(readParts(undefined, parts), parts);
  });

  for (const [only, message, remedy] of [
    ['growht', "--only 'growht' is no part of this bench", /'growth' may be meant/],
    ['truth,', "--only '' is no part of this bench", /sandwiches,growth,truth/],
    ['truth,all', "--only 'all' is no part of this bench", /sandwiches,growth,truth/],
  ] as const)
    it(`is refused as '${only}'`, () => {
      assert.throws(
        () => readParts(only, parts),
        (error: { code?: string; message?: string; remedy?: string }) =>
          error.code === 'usage' && error.message === message && remedy.test(error.remedy ?? ''),
      );
    });

  for (const bench of ['k6-overhead', 'offsets', 'lag-accuracy', 'plan', 'all'])
    it(`ends bench/${bench}.ts with exit code 2 where a name is unknown, before it does anything`, () => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(import.meta.dirname, `${bench}.ts`), '--only', 'nothing-like-that'],
        { encoding: 'utf8', env: { ...process.env, BENCH_ANYWAY: '' } },
      );
      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^--only 'nothing-like-that' is no part of this bench: name some of [^\n]+\n$/);
    });
});

describe("a bench's numbers", () => {
  it('are whole', () => {
    assert.equal(readWholeNumber('--rounds', '15'), 15);
    for (const text of ['', '-1', '1.5', 'many'])
      assert.throws(() => readWholeNumber('--rounds', text), { code: 'usage' });
  });
});
