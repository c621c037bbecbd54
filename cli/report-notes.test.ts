import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder, writeText } from '../fixtures/cli.ts';
import { KnownError } from '../core/errors.ts';
import { noNotes } from '../reporters/report-notes.ts';
import { notesFile, readNotes } from './report-notes.ts';

const begun = new Date('2026-03-14T05:26:53Z');

test('notes are read; without a file there are none', (t) => {
  const folder = temporaryFolder(t);
  assert.deepEqual(readNotes(folder, begun), noNotes);
  writeText(
    folder,
    notesFile,
    `kind: load-test
author: 김 하나
startedAt: 2026-03-14T14:27:00+09:00
timeline:
  - { at: 2026-03-14T14:28:30+09:00, kind: detected, text: 알림 수신 }
  - { at: 2026-03-14T14:29:00+09:00, text: 확인 }
actions:
  - { improvement: consumer-throughput-1, owner: 플랫폼팀, due: 2026-03-31 }
`,
  );
  const notes = readNotes(folder, begun);
  assert.deepEqual(
    [notes.kind, notes.author, notes.startedAtMs],
    ['load-test', '김 하나', Date.parse('2026-03-14T05:27:00Z')],
  );
  assert.deepEqual(
    notes.timeline.map(({ kind, atMs }) => [kind, new Date(atMs).toISOString()]),
    [
      ['detected', '2026-03-14T05:28:30.000Z'],
      ['note', '2026-03-14T05:29:00.000Z'],
    ],
  );
  assert.deepEqual(notes.actions, [
    { improvement: 'consumer-throughput-1', owner: '플랫폼팀', due: '2026-03-31' },
  ]);
});

for (const [what, text, message] of [
  [
    'a due day before it began',
    'actions: [{ what: x, due: 2026-03-01 }]',
    /due on 2026-03-01, before it began on 2026-03-14/,
  ],
  ['a time without its zone', 'startedAt: 2026-03-14 14:27', /startedAt: write a time with its zone/],
  ['an action of nothing', 'actions: [{ owner: x }]', /actions\.0: an action names either/],
  ['a misspelt key', 'autor: x', /unknown key autor/],
  ['no YAML', 'author: [', /not valid/],
] as const) {
  test(`${what} is a foreseen failure that names it`, (t) => {
    const folder = temporaryFolder(t);
    writeText(folder, notesFile, text);
    assert.throws(
      () => readNotes(folder, begun),
      (error: unknown) => {
        assert.ok(error instanceof KnownError);
        assert.equal(error.code, 'config-invalid');
        assert.match(error.message, message);
        assert.ok(error.message.includes(notesFile));
        return true;
      },
    );
  });
}
