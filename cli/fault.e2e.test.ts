import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  assertNoStackTrace,
  assertRefusal,
  lagline,
  onlyRunFolder,
  readReport,
  startCli,
  startProgram,
  temporaryFolder,
  writeText,
  type CliEnd,
  type RunningCli,
} from '../fixtures/cli.ts';
import { k6ForTest } from '../fixtures/find-k6.ts';
import { startTarget, type HttpTarget } from '../fixtures/http-target.ts';
import { plainScript } from '../fixtures/k6-scripts.ts';
import { processesNaming, until } from '../fixtures/processes.ts';
import { emptyHistogram, histogramQuantile, mergeHistograms } from '../core/record/histogram.ts';
import { windowsOf } from '../core/record/find-series.ts';
import { readRecord } from '../core/record/journal-reader.ts';
import type { RunRecord } from '../core/record/run-record.ts';

const { needed } = await k6ForTest();
const options = { ...needed, timeout: 240_000 };

type Proxied = {
  readonly target: HttpTarget;
  /** Where the script is to send its requests: the proxy `web` in front of the target. */
  readonly url: string;
  readonly toxiproxy: string;
  readonly program: RunningCli;
  /** The proxy is up and has no toxic. */
  readonly isClean: () => Promise<boolean>;
};

type Shown = { readonly listen: string; readonly enabled: boolean; readonly toxics: readonly object[] };

/** The fault proxy as a program of its own, in front of a web server. */
const startProxied = async (t: TestContext): Promise<Proxied> => {
  const target = await startTarget(t);
  const proxy = `web=127.0.0.1:0->${new URL(target.url).host}`;
  const entry = join(import.meta.dirname, '..', 'core', 'faults', 'proxy-main.ts');
  const program = startProgram(t, entry, ['--admin-port', '0', '--proxy', proxy], {
    cwd: temporaryFolder(t),
  });
  const { stdout } = program.process;
  assert.ok(stdout !== null);
  const [line] = (await once(stdout, 'data')) as [string];
  const { url: toxiproxy, proxies } = JSON.parse(line) as { url: string; proxies: Shown[] };
  return {
    target,
    url: `http://${proxies[0]?.listen}`,
    toxiproxy,
    program,
    isClean: async () => {
      const { enabled, toxics } = (await (await fetch(`${toxiproxy}/proxies/web`)).json()) as Shown;
      return enabled && toxics.length === 0;
    },
  };
};

const argumentsOf = ({ url, toxiproxy }: Proxied, ...flags: string[]): string[] =>
  ['run', './orders.js', '-e', `URL=${url}`, '--toxiproxy', toxiproxy].concat(flags);

const writeScript = (t: TestContext, duration: string): string => {
  const cwd = temporaryFolder(t);
  writeText(cwd, 'orders.js', plainScript({ duration }));
  return cwd;
};

const faultEvents = ({ events }: RunRecord): string[] =>
  events
    .filter(({ name }) => name.startsWith('fault-'))
    .map(({ name, facts }) => `${name} ${facts['fault']}`);

/**
 * Median of the requests answered within the stretch, to 5 %; null where there were none. A busy machine may hold up some
 * of them, but not half.
 */
const medianMs = (record: RunRecord, fromMs: number, toMs: number): number | null => {
  const histograms = windowsOf(record, 'http_req_duration')
    .filter((window) => window.fromMs >= fromMs && window.toMs <= toMs)
    .map(({ histogram }) => histogram);
  return histogramQuantile(histograms.reduce(mergeHistograms, emptyHistogram()), 0.5) ?? null;
};

test(
  'a fault is there for its time and no longer: in the journal, in the report, and in what k6 measured',
  options,
  async (t) => {
    const proxied = await startProxied(t);
    const cwd = writeScript(t, '15s');
    const fault = 'web.latency=300ms@5s-11s';
    const end = await lagline(t, argumentsOf(proxied, '--fault', fault), { cwd });
    assert.equal(end.code, 0, end.stderr);
    assert.match(end.stderr, /fault set: web\.latency=300ms\n[^]*fault removed: web\.latency=300ms\n/);
    assert.ok(await proxied.isClean());

    const folder = onlyRunFolder(join(cwd, 'runs'));
    const record = await readRecord(folder);
    assert.deepEqual(faultEvents(record), [`fault-applied ${fault}`, `fault-removed ${fault}`]);
    const [applied, removed] = record.events.map(({ atMs }) => atMs);
    const startedMs = record.phases.find(({ name }) => name === 'load')?.fromMs;
    assert.ok(applied !== undefined && removed !== undefined && startedMs !== undefined);
    for (const [atMs, plannedMs] of [
      [applied, 5000],
      [removed, 11_000],
    ] as const) {
      const lateMs = atMs - startedMs - plannedMs;
      assert.ok(lateMs >= -5 && lateMs < 30_000, `${lateMs} ms after its time`);
    }
    const [before, during, after] = [
      medianMs(record, startedMs, applied),
      medianMs(record, applied + 500, removed),
      medianMs(record, removed + 500, Number.POSITIVE_INFINITY),
    ];
    assert.ok(during !== null && during >= 285, `${during} ms with the fault`);
    assert.ok(after !== null && after < 200, `${after} ms after it`);
    // k6 may take until then to start.
    assert.ok((before ?? 0) < 200, `${before} ms before it`);

    const [run] = readReport(folder).runs;
    assert.deepEqual(run?.faults, [
      {
        fault,
        label: 'web.latency=300ms',
        plannedFromMs: startedMs + 5000,
        plannedToMs: startedMs + 11_000,
        state: 'applied',
        fromMs: applied,
        toMs: removed,
        reason: null,
      },
    ]);
    const markdown = readFileSync(join(folder, 'report.ko.md'), 'utf8');
    assert.match(
      markdown,
      /🧪 \*\*orders: 장애를 주입한 시험입니다 — `web\.latency=300ms` \(경과 0:\d\d ~ 0:\d\d\)/,
    );
    assert.match(
      markdown,
      /\| 장애 주입: `web\.latency=300ms` \|\n[^]*\| 장애 해제: `web\.latency=300ms` \|/,
    );
    assert.match(markdown, /--fault web\.latency=300ms@5s-11s/, 'the command to do it again');
    assert.match(
      (await lagline(t, ['report', folder, '--lang', 'en'], { cwd })).stdout,
      /injected faults: web/,
    );
  },
);

/** A run of many minutes with a fault that never ends by itself, once that fault is there. */
const startFaulty = async (
  t: TestContext,
  proxied: Proxied,
  fault: string,
): Promise<{ cli: RunningCli; cwd: string }> => {
  const cwd = writeScript(t, '10m');
  const cli = startCli(t, argumentsOf(proxied, '--fault', fault), { cwd });
  await cli.says('fault set: ');
  assert.equal(await proxied.isClean(), false);
  return { cli, cwd };
};

test('Ctrl+C takes away at once what is set, also a proxy that is down', options, async (t) => {
  const proxied = await startProxied(t);
  const { cli, cwd } = await startFaulty(t, proxied, 'web.down@2s');
  cli.process.kill('SIGINT');
  assert.ok(await until(proxied.isClean, 60_000), 'while k6 still comes to its end');
  const end = await cli.ended;
  assert.equal(end.code, 130, end.stderr);
  assertNoStackTrace(end);
  const folder = onlyRunFolder(join(cwd, 'runs'));
  assert.deepEqual(faultEvents(await readRecord(folder)), [
    'fault-applied web.down@2s',
    'fault-removed web.down@2s',
  ]);
  assert.equal(readReport(folder).runs[0]?.faults[0]?.state, 'applied');
});

test('a second Ctrl+C leaves no fault behind either', options, async (t) => {
  const proxied = await startProxied(t);
  const { cli } = await startFaulty(t, proxied, 'web.timeout@2s');
  cli.process.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  cli.process.kill('SIGINT');
  assert.equal((await cli.ended).code, 130);
  assert.ok(await proxied.isClean());
});

test('a k6 that is killed takes its faults along', options, async (t) => {
  const proxied = await startProxied(t);
  const { cli, cwd } = await startFaulty(t, proxied, 'web.latency=100ms@2s');
  process.kill(processesNaming(join(cwd, 'runs'))[0]?.pid ?? 0, 'SIGKILL');
  assert.equal((await cli.ended).code, 4, cli.stderr());
  assert.ok(await proxied.isClean());
});

test(
  'a fault that cannot be removed is said, with the way to do it, also where progress is not wanted',
  options,
  async (t) => {
    const proxied = await startProxied(t);
    const cwd = writeScript(t, '9s');
    const cli = startCli(t, argumentsOf(proxied, '-q', '--fault', 'web.latency=50ms@1s-7s'), { cwd });
    assert.ok(await until(async () => !(await proxied.isClean()), 60_000));
    proxied.program.process.kill('SIGKILL');
    const end = await cli.ended;
    assert.equal(end.code, 4, end.stderr);
    assertNoStackTrace(end);
    assert.match(
      end.stderr,
      /fault could not be removed: web\.latency=50ms: .*ECONN.*\n {2}→ curl -X DELETE http.*lagline-1-latency\n/,
    );
    const [run] = readReport(onlyRunFolder(join(cwd, 'runs'))).runs;
    assert.equal(run?.faults[0]?.state, 'not-removed');
    assert.equal(
      run?.rules.find(({ rule }) => rule === 'faults-injected')?.facts['reason'],
      'fault-not-removed',
    );
  },
);

test(
  'switches of a service are set from the config file; one that it refuses makes the run invalid',
  options,
  async (t) => {
    const changes: string[] = [];
    let refusing = false;
    const target = await startTarget(t, (request, response) => {
      const { method, url } = request;
      if (url?.startsWith('/faults')) {
        if (method !== 'GET') changes.push(`${method} ${url}`);
        if (method === 'PUT' && refusing) response.statusCode = 500;
      }
      response.end(
        JSON.stringify({
          faults: [
            { name: 'consumer.delay', unit: 'ms', value: 0, oneShot: false },
            { name: 'consumer.crash', unit: 'count', value: 0, oneShot: true },
          ],
        }),
      );
    });
    const cwd = writeScript(t, '4s');
    const config = {
      faultInjection: { services: [target.url] },
      faults: ['consumer.delay=200ms@1s-2s', 'consumer.crash@2s'],
    };
    writeText(cwd, 'lagline.config.json', JSON.stringify(config));
    const run = (): Promise<CliEnd> =>
      lagline(t, ['run', './orders.js', '-e', `URL=${target.url}`, '--out', refusing ? 'refused' : 'runs'], {
        cwd,
      });
    const end = await run();
    assert.equal(end.code, 0, end.stderr);
    for (const name of ['consumer.delay', 'consumer.crash']) {
      assert.deepEqual(
        changes.filter((change) => change.endsWith(name)),
        [`PUT /faults/${name}`, `DELETE /faults/${name}`],
      );
    }
    refusing = true;
    const refused = await run();
    assert.equal(refused.code, 4, refused.stderr);
    assert.match(refused.stderr, /fault not set: consumer\.delay=200ms: .*HTTP 500/);
    const markdown = readFileSync(join(onlyRunFolder(join(cwd, 'refused')), 'report.ko.md'), 'utf8');
    assert.match(markdown, /`faults_injected` \| `count==2` .*계획한 장애가 주입되지 않음/);
  },
);

test('faults that cannot be set are refused before any load', needed, async (t) => {
  const proxied = await startProxied(t);
  const cwd = writeScript(t, '5s');
  const elsewhere = ['--toxiproxy', 'http://192.0.2.9:8474'];
  const refusals: [flags: string[], naming: (string | RegExp)[]][] = [
    [
      ['--fault', 'web.latency=200ms'],
      [/\n {2}web\.latency=200ms\n {19}\^/, "'@' and a time"],
    ],
    [
      ['--fault', 'wob.latency=200ms@1s-2s'],
      ["no proxy 'wob'", `proxies at ${proxied.toxiproxy}: web`],
    ],
    [['--fault', 'web.latency=soon@1s-2s'], [/\n {2}web\.latency=soon@1s-2s\n {14}\^/]],
    [
      ['--fault', 'web.down@6s'],
      ['after the end of the run', '5 s at most'],
    ],
    [
      ['--fault', 'web.down@1s', ...elsewhere],
      ['192.0.2.9', 'not an address of this machine'],
    ],
    [[], ['--toxiproxy is given, but no fault']],
  ];
  for (const [flags, naming] of refusals) {
    assertRefusal(await lagline(t, argumentsOf(proxied, ...flags), { cwd }), naming);
  }
  const nowhere = await lagline(t, ['run', './orders.js', '--fault', 'web.down@1s'], { cwd });
  assertRefusal(nowhere, ['nothing to set it at', '--toxiproxy', '--fault-api']);
  assert.equal(proxied.target.requests(), 0);
  assert.ok(await proxied.isClean());
});
