import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintOf } from './k6-complaint.ts';

const line = (message: string, level = 'error'): string =>
  `time="2026-11-23T00:27:25Z" level=${level} msg=${JSON.stringify(message)} hint="script exception"`;

const loading = "could not initialize 'bad.ts': could not load JS test 'file:///home/x/bad.ts': ";

const complaints: readonly (readonly [title: string, log: string, expected: string | undefined])[] = [
  [
    'a syntax error with its place',
    line(`${loading}file:///home/x/bad.ts: Line 2:0 Expected identifier but found end of file`),
    'bad.ts:2:0: Expected identifier but found end of file',
  ],
  [
    'an exception with the place it was thrown at',
    line('Error: no URL\n\tat url (file:///home/x/lib/api.ts:1:21(3))\n\tat file:///home/x/t.ts:2:2(14)\n'),
    'api.ts:1:21: Error: no URL',
  ],
  [
    'a missing module without the advice on containers',
    line(
      `${loading}The moduleSpecifier "./nope.ts" couldn't be found on local disk. Make sure that … with-docker.`,
    ),
    `The moduleSpecifier "./nope.ts" couldn't be found on local disk`,
  ],
  [
    'a list of problems on one line',
    line("There were problems with the specified script configuration:\n\t- executor a: no function 'b'"),
    "There were problems with the specified script configuration: - executor a: no function 'b'",
  ],
  [
    'the last of several errors',
    [line('first'), line('a warning', 'warning'), line('second')].join('\n'),
    'second',
  ],
  ['JSON lines', JSON.stringify({ level: 'error', msg: 'as JSON' }), 'as JSON'],
  ['a message without quotes', 'time="x" level=error msg=context', 'context'],
  ['no error at all', line('only talk', 'info'), undefined],
  ['nothing', '', undefined],
];

for (const [title, log, expected] of complaints) {
  test(`finds ${title}`, () => assert.equal(complaintOf(log), expected));
}

test('a very long complaint is shortened', () => {
  assert.ok((complaintOf(line('x'.repeat(5000))) ?? '').length < 500);
});
