import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { KnownError } from '../../core/errors.ts';
import { loadConfigText } from './load-config.ts';
import { validityPlan } from './validity.ts';

const load = async (name: string, text: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'lagline-config-'));
  try {
    writeFileSync(join(folder, name), text);
    return await loadConfigText(name, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const refusalOf = async (text: string, name = 'c.yaml'): Promise<string> => {
  const error: unknown = await load(name, text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof KnownError, String(error));
  return `${error.message}\n→ ${error.remedy ?? ''}`;
};

for (const [what, text, expected] of [
  [
    'a misspelt key',
    'interval: 1s\ndrainTimeOut: 5m\n',
    [/c\.yaml:2:1 /, /'drainTimeOut'/, /did you mean 'drainTimeout'/],
  ],
  [
    'a misspelt key of a rule',
    'thresholds:\n  kafka_lag:\n    - threshold: max<5\n      minSample: 3\n',
    [/c\.yaml:4:7 /, /'minSample'/, /did you mean 'minSamples'/],
  ],
  [
    'a misspelt key of a group',
    'kafka:\n  brokers: [a:1]\n  groups:\n    - group: g\n      topic: [t]\n',
    [/c\.yaml:5:7 /, /'topic'/, /did you mean 'topics'/],
  ],
  [
    'a value of the wrong kind',
    'kafka:\n  brokers: localhost:9092\n  groups: [g]\n',
    [/c\.yaml:2:3 /, /at kafka\.brokers/, /expected array/],
  ],
  ['a number out of range', 'timeScale: 7\n', [/c\.yaml:1:1 /, /at timeScale/]],
  [
    'a probe with a bad id',
    'integrity:\n  probes:\n    - id: "a b"\n      expression: value==0\n',
    [/c\.yaml:3:7 /, /letters, digits/],
  ],
  ['a key given twice', 'out: a\nout: b\n', [/c\.yaml:2:1 /, /unique/]],
  ['text that is no YAML', 'kafka:\n  brokers: [a:1\nout: x\n', [/c\.yaml:\d:\d+ /, /\n\s*\^/]],
  ['a list where keys are expected', '- a\n', [/c\.yaml is not valid/, /expected object/]],
] as const)
  test(`${what} is refused at its line and column`, async () => {
    const message = await refusalOf(text);
    for (const pattern of expected) assert.match(message, pattern);
  });

test('JSON is refused at its line and column too', async () => {
  const message = await refusalOf(
    '{\n  "kafka": {\n    "brokers": ["a:1"],\n    "grops": ["g"]\n  }\n}\n',
    'c.json',
  );
  assert.match(message, /c\.json:4:5 .*'grops'/);
  assert.match(message, /did you mean 'groups'/);
});

test('a key of another script, wide letters before it, has its caret below it', async () => {
  const message = await refusalOf('{ profile: 한글, ouut: x }\n');
  const [, line = '', caret = ''] = message.split('\n');
  assert.equal(caret.indexOf('^'), line.indexOf('ouut') + '한글'.length);
});

test('$schema, references and aliases are taken; the place of each key is known', async () => {
  const loaded = await load(
    'c.yaml',
    '$schema: ./config.schema.json\nenv:\n  A: ${A}\nkafka: &k\n  brokers: [a:1]\n  groups:\n    - g\n',
  );
  assert.ok(loaded !== undefined);
  assert.deepEqual(loaded.config.kafka?.groups, ['g']);
  assert.match(loaded.text.placeOf(['env', 'A']), /c\.yaml:3:3$/);
  assert.match(loaded.text.placeOf(['kafka', 'groups', 0]), /c\.yaml:7:7$/);
  assert.match(loaded.text.placeOf(['kafka', 'gone']), /c\.yaml:4:1$/);
});

test('any file is taken or refused with a KnownError, never with another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lagline-config-'));
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.object().map((value) => stringify(value)),
        ),
        async (text) => {
          writeFileSync(join(folder, 'c.yaml'), text);
          await loadConfigText('c.yaml', folder).catch((error: unknown) => {
            assert.ok(error instanceof KnownError, String(error));
          });
        },
      ),
      { numRuns: 300 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('limits of validity are given alone, or with what a breach means', async () => {
  const loaded = await load(
    'c.yaml',
    'validity:\n  maxDroppedShare: 0.02\n  maxClockSkew: { limit: 500ms, level: invalid }\n  maxSampleAge: 30s\n',
  );
  assert.deepEqual(validityPlan(loaded?.config.validity), {
    maxDroppedShare: { limit: 0.02 },
    maxClockSkewMs: { limit: 500, level: 'invalid' },
    maxSampleAgeMs: { limit: 30_000 },
  });
  assert.throws(() => validityPlan({ maxClockSkew: '0s' }), /validity\.maxClockSkew '0s' is not a duration/);
  assert.throws(() => validityPlan({ maxSampleAge: 'soon' }), /validity\.maxSampleAge/);
  assert.match(await refusalOf('validity:\n  minCoverage: 1.5\n'), /c\.yaml:2:3 .*minCoverage/);
  assert.match(
    await refusalOf('validity:\n  minCoverage: { limit: 0.5, level: fatal }\n'),
    /c\.yaml:2:30 .*minCoverage\.level/,
  );
});
