import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { hostileReport, hostileTexts } from '../fixtures/hostile-report.ts';
import {
  healthyStory,
  incidentStory,
  interruptedStory,
  ledgerStory,
  noDataStory,
  reportStories,
} from '../fixtures/report-stories.ts';
import { csvReport } from './csv-report.ts';
import { githubReport } from './github-report.ts';
import { gitlabReport } from './gitlab-report.ts';
import { junitReport } from './junit-report.ts';
import { locales } from './locales/index.ts';
import { openMetricsReport } from './openmetrics-report.ts';
import type { Report, Reporter } from './reporter.ts';

const nasty = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(...hostileTexts, 'x'), { maxLength: 3 }).map((parts) => parts.join('')),
);
const runs = { numRuns: 60 };

const fileOf = async (reporter: Reporter, report: Report, path: string): Promise<string> => {
  const file = (await reporter.render(report, locales.ko)).find((each) => each.path === path);
  assert.ok(file !== undefined, path);
  return String(file.content);
};

/** The value at a path of `report.json`; keys may hold dots. */
const valueAt = (value: unknown, path: string): unknown => {
  if (path === '') return value;
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, part] of Object.entries(value)) {
    if (path === key) return part;
    if (path.startsWith(`${key}.`)) {
      const found = valueAt(part, path.slice(key.length + 1));
      if (found !== undefined) return found;
    }
  }
  return undefined;
};

type Element = { readonly name: string; readonly attributes: Record<string, string>; text: string };

/** Every element of a document in order, by a strict XML parser. */
const elementsOf = (xml: string): Element[] => {
  const found: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes }, text: '' };
    found.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on('cdata', () => assert.fail('there is no CDATA'));
  parser.on('comment', () => assert.fail('there are no comments'));
  parser.write(xml).close();
  return found;
};

const junitNames = new Set([
  'testsuites',
  'testsuite',
  'properties',
  'property',
  'testcase',
  'failure',
  'error',
  'system-out',
  'system-err',
]);

describe('JUnit', () => {
  it('has a suite a run and a case a rule, counted as they ended', async () => {
    const report = incidentStory();
    const elements = elementsOf(await fileOf(junitReport, report, 'junit.xml'));
    const suites = elements.filter(({ name }) => name === 'testsuite');
    assert.equal(suites.length, report.document.runs.length);
    const rules = report.document.runs.flatMap((run) => run.rules);
    const failed = rules.filter(({ outcome }) => outcome === 'fail').length;
    const count = (name: string) => elements.filter((element) => element.name === name).length;
    assert.ok(failed > 0);
    assert.equal(count('testcase'), rules.length);
    assert.equal(count('failure'), failed);
    assert.equal(count('error'), rules.filter(({ outcome }) => /data|invalid/.test(outcome)).length);
    const sum = (key: string) => suites.reduce((total, { attributes }) => total + Number(attributes[key]), 0);
    assert.deepEqual([sum('tests'), sum('failures'), sum('errors')], [rules.length, failed, count('error')]);
  });

  it('is an error, and not a pass, where nothing was judged or the run was interrupted', async () => {
    for (const story of [noDataStory, interruptedStory]) {
      const elements = elementsOf(await fileOf(junitReport, story(), 'junit.xml'));
      const types = elements
        .filter(({ name }) => name === 'error')
        .map(({ attributes }) => attributes['type']);
      assert.ok(types.includes(story().document.verdict.outcome), types.join());
    }
  });

  it('lets a warning pass and tells of it', async () => {
    const report = incidentStory();
    const [run] = report.document.runs;
    assert.ok(run !== undefined);
    const rules = run.rules.map((rule) => ({ ...rule, level: 'warn' as const }));
    const document = {
      ...report.document,
      runs: [{ ...run, rules, verdict: { outcome: 'pass' as const, exitCode: 0 } }],
    };
    const elements = elementsOf(await fileOf(junitReport, { ...report, document }, 'junit.xml'));
    assert.equal(elements.filter(({ name }) => name === 'failure' || name === 'error').length, 0);
    assert.match(
      elements.find(({ name }) => name === 'system-out')?.text ?? '',
      /경고: kafka_drain: value<60s: 미통과/,
    );
  });

  it('holds any text as text', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const elements = elementsOf(await fileOf(junitReport, hostileReport(text), 'junit.xml'));
        for (const { name } of elements) assert.ok(junitNames.has(name), name);
        assert.equal(elements.filter(({ name }) => name === 'testsuite').length, 2);
      }),
      runs,
    );
  });
});

describe('CSV', () => {
  const rowsOf = (text: string): Record<string, string>[] =>
    parseCsv(text, { columns: true, record_delimiter: '\r\n', relax_column_count: false }) as Record<
      string,
      string
    >[];

  it('gives each value of report.json at its path, and nothing for one that is not known', async () => {
    for (const story of Object.values(reportStories)) {
      const report = story();
      const rows = rowsOf(await fileOf(csvReport, report, 'report.csv'));
      assert.ok(rows.length > 30);
      for (const { path = '', value, reason } of rows) {
        const stored = valueAt(report.document, path);
        if (typeof stored === 'number') assert.equal(Number(value), stored, path);
        if (stored === null) assert.equal(value, '', path);
        else assert.equal(reason, '', path);
        assert.notEqual(stored, undefined, path);
      }
    }
  });

  it('holds any text in its cell, and none that a spreadsheet would take for a formula', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const content = await fileOf(csvReport, hostileReport(text), 'report.csv');
        const expected = rowsOf(await fileOf(csvReport, hostileReport('x'), 'report.csv')).length;
        const rows = rowsOf(content);
        assert.ok(Math.abs(rows.length - expected) <= 4);
        for (const [column, cell] of rows.flatMap((row) => Object.entries(row)))
          if (column !== 'value' || Number.isNaN(Number(cell))) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
      }),
      runs,
    );
  });
});

/** `name{labels} value` lines by a reader of OpenMetrics' grammar. */
const samplesOf = (text: string) => {
  assert.ok(text.endsWith('\n# EOF\n'));
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^([a-z0-9_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (\S+)$/.exec(line);
      assert.ok(match, line);
      const labels = [...(match[2] ?? '').matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(
        ([, name, value]) => [name, value?.replaceAll(/\\(.)/g, '$1')],
      );
      return {
        name: match[1] ?? '',
        labels: Object.fromEntries(labels) as Record<string, string>,
        value: Number(match[3]),
      };
    });
};

const promtool = spawnSync('promtool', ['--version']).status === 0;
const isRequired = process.env['LAGLINE_REQUIRE'] === 'all';

describe('OpenMetrics', () => {
  it('gives values that stand in report.json, times in seconds', async () => {
    for (const story of Object.values(reportStories)) {
      const report = story();
      const samples = samplesOf(await fileOf(openMetricsReport, report, 'metrics.txt'));
      assert.ok(samples.length > 5);
      for (const { name, labels, value } of samples) {
        const run = report.document.runs[Number(labels['run'])];
        assert.ok(run !== undefined);
        const factor = name.endsWith('_seconds') ? 1000 : 1;
        const group = run.kafka.groups.find((each) => each.group === labels['group']);
        const place: Record<string, unknown> = {
          lagline_run_outcome: Number(labels['outcome'] === run.verdict.outcome),
          lagline_run_duration_seconds: run.durationMs,
          lagline_rule_outcome: Number(run.rules[Number(labels['rule'])]?.outcome === labels['outcome']),
          lagline_rule_measured: run.rules[Number(labels['rule'])]?.measured,
          lagline_k6_requests: run.load?.requests,
          lagline_k6_failed_requests: run.load?.failedRequests,
          lagline_k6_requests_per_second: run.load?.requestsPerSecond,
          lagline_k6_iterations: run.load?.iterations,
          lagline_k6_dropped_iterations: run.load?.droppedIterations,
          lagline_k6_active_vus: run.load?.maxActiveVUs,
          lagline_k6_checks: valueAt(run.load?.checks, labels['result'] ?? ''),
          lagline_k6_http_req_duration_seconds: valueAt(run.load?.httpReqDurationMs, labels['stat'] ?? ''),
          lagline_kafka_lag_messages: {
            peak: group?.peakLagMessages,
            'load-end': group?.lagAtLoadEndMessages,
            end: group?.finalLagMessages,
          }[labels['at'] ?? ''],
          lagline_kafka_messages: valueAt(group, `${labels['direction']}Messages`),
          lagline_kafka_messages_per_second:
            labels['direction'] === 'produced' ? group?.produceRatePerSecond : group?.consumeRatePerSecond,
          lagline_kafka_drain_seconds: valueAt(
            group?.drain,
            { middle: 'ms', low: 'lowMs', high: 'highMs' }[labels['bound'] ?? ''] ?? '',
          ),
          lagline_kafka_completion_delay_seconds: valueAt(group?.completionDelayMs, labels['stat'] ?? ''),
          lagline_integrity_records: valueAt(run.integrity, labels['count'] ?? ''),
          lagline_measurement_gaps: run.measurement.gaps.length,
        };
        assert.ok(name in place, name);
        assert.equal(typeof place[name], 'number', `${name} ${JSON.stringify(labels)}`);
        assert.ok(Math.abs(value * factor - Number(place[name])) < 1e-6 * Math.max(1, value), name);
      }
    }
  });

  it('holds any text in its label', async () => {
    const expected = samplesOf(await fileOf(openMetricsReport, hostileReport('x'), 'metrics.txt'));
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        const samples = samplesOf(await fileOf(openMetricsReport, hostileReport(text), 'metrics.txt'));
        assert.deepEqual(
          samples.map(({ name, value }) => [name, value]),
          expected.map(({ name, value }) => [name, value]),
        );
      }),
      runs,
    );
  });

  it(
    "passes Prometheus's own check",
    { skip: !promtool && !isRequired && 'no promtool on PATH' },
    async () => {
      const texts = [incidentStory(), ledgerStory(), ...hostileTexts.map(hostileReport)];
      for (const report of texts) {
        const input = await fileOf(openMetricsReport, report, 'metrics.txt');
        const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
          input,
          encoding: 'utf8',
        });
        assert.equal(status, 0, `${stdout}${stderr}`);
      }
    },
  );
});

describe('GitHub', () => {
  const commandsOf = async (report: Report): Promise<string[]> =>
    (await fileOf(githubReport, report, 'github-annotations.txt')).split('\n').filter(Boolean);
  /** A runner's view of a workflow command, unescaped. */
  const commandPattern = /^::(error|warning|notice) title=([^:,\r\n]*)::([^\r\n]*)$/;

  it('annotates what did not pass, and a run that passed with a notice', async () => {
    const failed = await commandsOf(incidentStory());
    assert.ok(failed.some((line) => line.startsWith('::error title=lagline stress::')));
    assert.ok(!failed.some((line) => line.startsWith('::notice')));
    assert.deepEqual(await commandsOf(healthyStory()), ['::notice title=lagline load::통과']);
  });

  it('shows ten annotations of a kind at most, the last of which counts the others', async () => {
    const report = incidentStory();
    const [run] = report.document.runs;
    assert.ok(run !== undefined);
    const rule = run.rules.find(({ outcome }) => outcome === 'fail');
    assert.ok(rule !== undefined);
    const rules = Array.from({ length: 37 }, () => rule);
    const lines = await commandsOf({
      ...report,
      document: { ...report.document, runs: [{ ...run, rules }] },
    });
    assert.equal(lines.length, 10);
    assert.match(lines.at(-1) ?? '', /28건/);
  });

  it('never writes a command that a text made', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (text) => {
        for (const line of await commandsOf(hostileReport(text))) assert.match(line, commandPattern);
      }),
      runs,
    );
  });

  it('keeps the summary below the limit of a step, whole parts only', async () => {
    const report = incidentStory();
    const [run] = report.document.runs;
    assert.ok(run !== undefined);
    const many = Array.from({ length: 400 }, () => ({
      ...run,
      rules: [...run.rules, ...run.rules, ...run.rules],
    }));
    const small = await fileOf(githubReport, report, 'github-summary.md');
    const large = await fileOf(
      githubReport,
      { document: { ...report.document, runs: many }, runs: [] },
      'github-summary.md',
    );
    assert.ok(!small.includes(locales.ko.ci.summaryCut));
    assert.ok(Buffer.byteLength(large) <= 520 * 1024);
    assert.ok(large.trimEnd().endsWith(`> ${locales.ko.ci.summaryCut}`));
  });
});

describe('GitLab', () => {
  it("writes k6's own figures as --summary-export does, and the files it shows beside them", async () => {
    const story = healthyStory();
    const [run] = story.runs;
    assert.ok(run !== undefined);
    const load = {
      k6Version: 'v1.8.1',
      exitCode: 0,
      signal: null,
      summaryProblem: null,
      scenarios: [],
      files: [],
      summary: {
        checks: [],
        thresholds: [],
        metrics: {
          http_reqs: { type: 'counter' as const, count: 36_000, rate: 120 },
          checks: { type: 'rate' as const, passes: 9, fails: 1, rate: 0.9 },
          vus: { type: 'gauge' as const, value: 5, min: 1, max: 50 },
          http_req_waiting: {
            type: 'trend' as const,
            contains: 'time' as const,
            values: { 'p(90)': 8, 'p(95)': 9 },
          },
        },
      },
    };
    const report = { ...story, runs: [{ ...run, record: { ...run.record, load } }] };
    const files = await gitlabReport.render(report, locales.ko);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['junit.xml', 'metrics.txt', 'load-performance.json'],
    );
    assert.deepEqual(JSON.parse(await fileOf(gitlabReport, report, 'load-performance.json')), {
      metrics: {
        checks: { passes: 9, fails: 1, value: 0.9 },
        http_req_waiting: { 'p(90)': 8, 'p(95)': 9 },
        http_reqs: { count: 36_000, rate: 120 },
        vus: { value: 5, min: 1, max: 50 },
      },
    });
  });
});
