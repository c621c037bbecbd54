import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { assertRefusal, lagline, temporaryFolder, writeText } from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';
import { freePort } from '../core/process/free-port.ts';

const { needed } = await k6ForTest();

/** Nothing but what the test itself put there: no half-written run folder. */
const assertNothingLeft = (cwd: string, own: readonly string[]): void => {
  const left = readdirSync(cwd).filter((name) => !own.includes(name) && name !== 'runs');
  assert.deepEqual(left, []);
  if (existsSync(join(cwd, 'runs'))) assert.deepEqual(readdirSync(join(cwd, 'runs')), []);
};

const scriptIn = (t: TestContext, text = plainScript()): { cwd: string; script: string } => {
  const cwd = temporaryFolder(t);
  writeText(cwd, 'orders.js', text);
  return { cwd, script: './orders.js' };
};

test('an unknown scenario is named, and so are those there are', async (t) => {
  const cwd = temporaryFolder(t);
  const end = await lagline(t, ['run', 'pek'], { cwd });
  assertRefusal(end, ["no scenario 'pek'", 'peak', 'smoke', 'stress']);
  assertNothingLeft(cwd, []);
});

test('a path without a script is named', async (t) => {
  const cwd = temporaryFolder(t);
  assertRefusal(await lagline(t, ['run', './gone.js'], { cwd }), ["no k6 script at './gone.js'"]);
  assertNothingLeft(cwd, []);
});

test('a script that does not compile is refused with line and column', needed, async (t) => {
  const { cwd, script } = scriptIn(t, 'export default function () {\n  const = 1;\n}\n');
  assertRefusal(await lagline(t, ['run', script], { cwd }), [/orders\.js:2:\d+/, 'Unexpected token']);
  assertNothingLeft(cwd, ['orders.js']);
});

test('a script that throws in its init code is refused with its place and its message', needed, async (t) => {
  const { cwd, script } = scriptIn(t, `throw new Error('no data file');\nexport default () => {};\n`);
  assertRefusal(await lagline(t, ['run', script], { cwd }), [/orders\.js:1:\d+/, 'no data file', '-e']);
  assertNothingLeft(cwd, ['orders.js']);
});

test('a shipped scenario without a target says which variable is missing', needed, async (t) => {
  const cwd = temporaryFolder(t);
  assertRefusal(await lagline(t, ['run', 'smoke'], { cwd }), ['BASE_URL']);
  assertNothingLeft(cwd, []);
});

test('a time scale for a script that knows none is refused', async (t) => {
  const { cwd, script } = scriptIn(t);
  const end = await lagline(t, ['run', script, '--time-scale', '0.5'], { cwd });
  assertRefusal(end, ['./orders.js', 'time scale']);
  assertNothingLeft(cwd, ['orders.js']);
});

test('brokers may come from the environment', async (t) => {
  const { cwd, script } = scriptIn(t);
  const end = await lagline(t, ['run', script, '--group', 'billing'], {
    cwd,
    env: { ...process.env, LAGLINE_KAFKA: 'nowhere' },
  });
  assertRefusal(end, ["'nowhere' is not an address"]);
});

test('how to watch a group may be set for other runs, where this one watches none', async (t) => {
  const { cwd, script } = scriptIn(t);
  const end = await lagline(t, ['run', script, '--interval', 'soon'], {
    cwd,
    env: { ...process.env, LAGLINE_TIME_LAG: 'list-offsets', LAGLINE_TOPIC: 'orders' },
  });
  assertRefusal(end, ["'soon'"]);
});

test('an unknown key of the config is named with its place and the keys there are', async (t) => {
  const { cwd, script } = scriptIn(t);
  writeText(cwd, 'lagline.config.yaml', 'kafka:\n  brokers: [localhost:9092]\n  grops: [orders]\n');
  const end = await lagline(t, ['run', script], { cwd });
  assertRefusal(end, [
    'lagline.config.yaml:3:3 ',
    'kafka',
    "'grops'",
    "did you mean 'groups'?",
    /\n {4}grops: \[orders\]\n {4}\^/,
  ]);
  assertNothingLeft(cwd, ['orders.js', 'lagline.config.yaml']);
});

test('a config that is not YAML is refused with line and column', async (t) => {
  const { cwd, script } = scriptIn(t);
  writeText(cwd, 'own.yaml', 'kafka:\n  brokers: [localhost:9092\n');
  const end = await lagline(t, ['run', script, '--config', 'own.yaml'], { cwd });
  assertRefusal(end, [/own\.yaml:[23]:\d+ /, /\n\s*\^/]);
});

test('a config file that is not there is named', async (t) => {
  const { cwd, script } = scriptIn(t);
  assertRefusal(await lagline(t, ['run', script, '--config', 'gone.yaml'], { cwd }), ['gone.yaml']);
});

test('a variable the config takes from the environment, which has none, is named', async (t) => {
  const { cwd, script } = scriptIn(t);
  writeText(cwd, 'lagline.config.yaml', 'env:\n  TOKEN: ${LAGLINE_E2E_UNSET}\n');
  assertRefusal(await lagline(t, ['run', script], { cwd }), ['env.TOKEN', 'LAGLINE_E2E_UNSET', 'export']);
});

for (const [rule, place] of [
  ['http_req_duration=p(95)<', 6],
  ['http_req_duration=p(95) ~ 3', 6],
  ['kafka_lag=max<5x', 5],
] as const) {
  test(`the rule '${rule}' does not parse, and a caret stands under the place`, async (t) => {
    const { cwd, script } = scriptIn(t);
    const end = await lagline(t, ['run', script, '--threshold', rule], { cwd });
    assertRefusal(end, [rule.slice(rule.indexOf('=') + 1), /\n\s*\^/]);
    const lines = end.stderr.split('\n');
    const caret = lines.findIndex((line) => /^\s*\^/.test(line));
    const expression = rule.slice(rule.indexOf('=') + 1);
    const start = lines[caret - 1]?.indexOf(expression) ?? -1;
    assert.equal((lines[caret]?.indexOf('^') ?? 0) - start, place, end.stderr);
    assertNothingLeft(cwd, ['orders.js']);
  });
}

test('rules and flags that cannot work are refused before any load', async (t) => {
  const { cwd, script } = scriptIn(t);
  const refusals: [string[], (string | RegExp)[]][] = [
    [['--threshold', 'http_req_duration'], ["'http_req_duration' is not a pair"]],
    [
      ['--threshold', 'kafka_lag=max<10'],
      ['kafka_lag', '--brokers'],
    ],
    [
      ['--threshold', 'prometheus{query:heap}=max<10'],
      ['prometheus{query:heap}', '--prometheus'],
    ],
    [
      ['--threshold', 'integrity_lost=count<1'],
      ['integrity_lost', '--integrity'],
    ],
    [
      ['--brokers', 'localhost'],
      ["'localhost'", 'host:port'],
    ],
    [
      ['--brokers', 'localhost:9092'],
      ['no consumer group', '--group'],
    ],
    [
      ['--group', 'orders'],
      ['no broker', '--brokers'],
    ],
    [
      ['--time-lag', 'record-timestamp'],
      ["'record-timestamp'", 'no consumer group', '--group'],
    ],
    [
      ['--topic', 'orders'],
      ["'orders'", 'no consumer group', '--group'],
    ],
    [
      ['--query', 'heap=process_heap'],
      ['no server', '--prometheus'],
    ],
    [
      ['--interval', '10ms'],
      ["'10ms'", '100 ms'],
    ],
    [['--interval', 'soon'], ["'soon'"]],
    [
      ['--interval', '10000h'],
      ["'10000h'", 'an hour'],
    ],
    [
      ['--brokers', 'localhost:99999', '--group', 'orders'],
      ["'localhost:99999'", 'host:port'],
    ],
    [
      ['--brokers', 'localhost:9092', '--group', ''],
      ['kafka.groups.0.group', 'not valid'],
    ],
    [['--drain-timeout', '-3s'], ["'-3s'"]],
    [
      ['--time-scale', '7'],
      ["'7'", '0.1'],
    ],
    [
      ['-e', 'LAGLINE_E2E_UNSET'],
      ['LAGLINE_E2E_UNSET', 'export'],
    ],
    [
      ['--lang', 'fr'],
      ['fr', 'ko, en'],
    ],
  ];
  for (const [flags, naming] of refusals) {
    assertRefusal(await lagline(t, ['run', script, ...flags], { cwd }), naming);
  }
  assertNothingLeft(cwd, ['orders.js']);
});

test('a broker that refuses the connection is named', needed, async (t) => {
  const { cwd, script } = scriptIn(t);
  const address = `127.0.0.1:${await freePort()}`;
  const end = await lagline(
    t,
    ['run', script, '-e', 'URL=http://127.0.0.1:9', '--brokers', address, '--group', 'orders'],
    { cwd },
  );
  assertRefusal(end, [address, /refused/i, 'check the address']);
  assertNothingLeft(cwd, ['orders.js']);
});

test('a broker that accepts and stays silent is given up', needed, async (t) => {
  const { cwd, script } = scriptIn(t);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const startedMs = performance.now();
  const end = await lagline(
    t,
    ['run', script, '-e', 'URL=http://127.0.0.1:9', '--brokers', address, '--group', 'orders'],
    { cwd },
  );
  assertRefusal(end, [address, 'does not answer', 'check the address']);
  assert.ok(performance.now() - startedMs < 60_000);
  assertNothingLeft(cwd, ['orders.js']);
});

test('a Prometheus that refuses, or that is none, is named before any load', needed, async (t) => {
  const { cwd, script } = scriptIn(t);
  const gone = `http://127.0.0.1:${await freePort()}`;
  const web = await startTarget(t, (_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><h1>Log in</h1>');
  });
  const toWeb = ['run', script, '-e', `URL=${web.url}`];
  assertRefusal(await lagline(t, [...toWeb, '--prometheus', gone, '--query', 'up=up'], { cwd }), [
    gone,
    'ECONNREFUSED',
  ]);
  assertRefusal(await lagline(t, [...toWeb, '--scrape', `${gone}/metrics`], { cwd }), [gone, 'ECONNREFUSED']);
  assertRefusal(await lagline(t, [...toWeb, '--prometheus', web.url], { cwd }), [
    web.url,
    'no Prometheus answer',
  ]);
  assertRefusal(await lagline(t, [...toWeb, '--scrape', web.url], { cwd }), [
    web.url,
    'Prometheus text format',
  ]);
  assertRefusal(await lagline(t, [...toWeb, '--scrape', 'localhost:80'], { cwd }), ["'localhost:80'"]);
  assertRefusal(await lagline(t, [...toWeb, '--integrity', `${web.url}/counts`], { cwd }), [
    `${web.url}/counts`,
    'not JSON',
  ]);
  assertNothingLeft(cwd, ['orders.js']);
});

test('an output folder below a file is refused before any load', async (t) => {
  const { cwd, script } = scriptIn(t);
  writeText(cwd, 'note.txt', 'a file, not a folder');
  for (const args of [
    ['run', script, '--out', 'note.txt/runs'],
    ['demo', '--out', 'note.txt'],
  ]) {
    assertRefusal(await lagline(t, args, { cwd }), ['note.txt', '--out']);
  }
  assertNothingLeft(cwd, ['orders.js', 'note.txt']);
});

test(
  'an output folder that may not be written is refused before any load',
  { skip: process.getuid?.() === 0 && 'root may write everywhere' },
  async (t) => {
    const { cwd, script } = scriptIn(t);
    mkdirSync(join(cwd, 'locked'));
    chmodSync(join(cwd, 'locked'), 0o555);
    assertRefusal(await lagline(t, ['run', script, '--out', 'locked/runs'], { cwd }), ['locked', '--out']);
  },
);

test('a report of a folder without a run names it', async (t) => {
  const cwd = temporaryFolder(t);
  for (const command of ['report', 'gate']) {
    assertRefusal(await lagline(t, [command, 'runs/gone'], { cwd }), ['runs/gone']);
  }
});
