import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { CaptureManifest } from '../../fixtures/k6-output/captures.ts';
import { figuresOfJson } from '../../fixtures/k6-json-figures.ts';
import { figuresOfSamples, samplesOfCsv, samplesOfNdjson } from '../../fixtures/k6-sample-figures.ts';
import { figuresOfText, type WrittenFigure } from '../../fixtures/k6-text-figures.ts';
import { readSummaryText, type SavedSummary } from './read-summary-text.ts';
import { readSamples, type SavedSamples } from './samples/read-samples.ts';

const folder = join(import.meta.dirname, '../../fixtures/k6-output');
const bytesOf = (name: string): Buffer => {
  const bytes = readFileSync(join(folder, name));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};
const textOf = (name: string): string => bytesOf(name).toString('utf8');
const captured = readdirSync(folder).filter((name) => name.startsWith('v'));
/** The screen of a narrow terminal, whose long lines are broken; what k6 wrote to it stands beside it. */
const isNarrow = (name: string): boolean => name.includes('-narrow-') && !name.endsWith('.raw.txt');
const isSamples = (name: string): boolean => /\.(?:ndjson|csv)(?:\.gz)?$/.test(name);

type Read = {
  readonly summary: SavedSummary['summary'];
  readonly durationMs: number | null;
  /** Figures that only this format has. */
  readonly others: Readonly<Record<string, unknown>>;
};

const readSummary = (text: string): Read => {
  const [saved, ...more] = readSummaryText(text);
  assert.ok(saved !== undefined && more.length === 0);
  return readOf(saved);
};

const readOf = (saved: SavedSummary): Read => {
  const { summary, durationMs } = saved;
  if (saved.format === 'machine-summary') return { summary, durationMs, others: { durationMs } };
  if (saved.format !== 'console') return { summary, durationMs, others: {} };
  const { marks, scenarios, plannedVUs, interruptedIterations } = saved;
  const fields = scenarios.flatMap(({ name, ...each }) =>
    Object.entries(each).map(([field, value]) => [`scenarios/${name}/${field}`, value] as const),
  );
  const others = {
    ...Object.fromEntries(marks.map(({ metric, ok }) => [`marks/${metric}`, Number(ok)])),
    ...Object.fromEntries(fields),
    plannedVUs,
    interruptedIterations,
  };
  return { summary, durationMs, others };
};

const sampledOf = ({ run: { summary, span, ambiguous } }: SavedSamples): Read => ({
  summary,
  durationMs: span.endMs - span.startMs,
  others: Object.fromEntries(ambiguous.map(({ metric, text }) => [`untyped/${metric}`, Number(text)])),
});

/** Every figure of what was read, by the path that the readers in fixtures give it. */
const figuresRead = ({ summary, others }: Read, checkName = byPlace): Map<string, number> => {
  const figures = new Map<string, number>();
  const put = (path: string, value: unknown): void => {
    if (typeof value === 'number') figures.set(path, value);
  };
  for (const [name, metric] of Object.entries(summary.metrics))
    for (const [field, value] of Object.entries({ ...metric, ...('values' in metric ? metric.values : {}) }))
      put(`metrics/${name}/${'values' in metric ? 'values/' : ''}${field}`, value);
  for (const [index, { name, passes, fails }] of summary.checks.entries()) {
    put(`checks/${checkName(name, index)}/passes`, passes);
    put(`checks/${checkName(name, index)}/fails`, fails);
  }
  for (const { metric, expression, ok } of summary.thresholds)
    put(`thresholds/${metric}/${expression}`, ok === null ? null : Number(ok));
  for (const [path, value] of Object.entries(others)) put(path, value);
  return figures;
};

const byName = (name: string): string => name;
const byPlace = (name: string, index: number): string => `${index} ${name}`;

/** What is written and was not read, or read otherwise, and what was read and is not written. */
const differences = (written: readonly WrittenFigure[], read: Read, checkName = byPlace): string[] => {
  const found = figuresRead(read, checkName);
  const claimed = new Set(written.map(({ path }) => path));
  const wrong = written.flatMap(({ path, written: text, least, most }) => {
    const value = valueAt(path, found, read);
    if (value === undefined) return [`${path}: ${text} is written, nothing was read`];
    return value >= least && value <= most ? [] : [`${path}: ${text} is written, ${value} was read`];
  });
  const extra = [...found].filter(([path]) => !claimed.has(path));
  return [...wrong, ...extra.map(([path, value]) => `${path}: ${value} was read, nothing is written`)];
};

/** Samples have no rates of counters: those are the count over how long the run took, which is held here. */
const withoutRates = ({ summary, durationMs, others }: Read): Read => {
  const metrics = Object.entries(summary.metrics).map(([name, metric]) => {
    if (metric.type !== 'counter') return [name, metric] as const;
    if (metric.rate !== null)
      assert.ok(Math.abs((metric.rate * (durationMs ?? 0)) / 1000 - metric.count) < 1e-6, name);
    return [name, { ...metric, rate: null }] as const;
  });
  return { summary: { ...summary, metrics: Object.fromEntries(metrics) }, durationMs, others };
};

async function* toChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_007) yield bytes.subarray(at, at + 10_007);
}

/** Three kinds of figures follow from others: how many checks there were, how many per second, and the share that failed. */
const valueAt = (
  path: string,
  found: ReadonlyMap<string, number>,
  { durationMs }: Read,
): number | undefined => {
  const [, metric = '', what] = /^(.*)\/(total|failed|perSecond)$/.exec(path) ?? [];
  if (what === undefined) return found.get(path);
  const [passes = Number.NaN, fails = Number.NaN] = ['passes', 'fails'].map((field) =>
    found.get(`${metric}/${field}`),
  );
  if (what === 'total') return passes + fails;
  return what === 'failed'
    ? fails / (passes + fails)
    : ((passes + fails) / (durationMs ?? Number.NaN)) * 1000;
};

const brokenAt = (line: string, width: number): string => {
  const pieces: string[] = [''];
  let column = 0;
  for (const char of line) {
    const columns = /[\uAC00-\uD7A3]/.test(char) ? 2 : 1;
    if (column + columns > width) {
      pieces.push('');
      column = 0;
    }
    pieces[pieces.length - 1] += char;
    column += columns;
  }
  return pieces.join('\n');
};

describe('captured output', () => {
  const manifest = JSON.parse(textOf('captures.json')) as CaptureManifest;

  it('names for each file the k6 that made it, and how', () => {
    assert.deepEqual(Object.keys(manifest), captured.toSorted());
    assert.ok(captured.length >= 180);
    const versions = new Set<string>();
    for (const [file, { k6, command }] of Object.entries(manifest)) {
      assert.ok(file.startsWith(`v${k6}-`), file);
      assert.ok(file.includes('-narrow-') || command.includes(file), file);
      const script = /scripts\/\w+(?:\.data)?\.js/.exec(command)?.[0] ?? '';
      assert.ok(existsSync(join(folder, script)), command);
      if (file.includes('.machine')) assert.ok(textOf(file).includes(`"${k6}"`), file);
      versions.add(k6);
    }
    assert.deepEqual([...versions], ['0.40.0', '0.48.0', '0.49.0', '0.57.0', '1.0.0', '1.8.1', '2.2.0']);
  });
});

describe('each figure of captured output is read, and no other', () => {
  const compared = { txt: 0, json: 0, samples: 0 };

  for (const name of captured.filter((file) => file.endsWith('.txt') && !isNarrow(file)))
    it(name, () => {
      const written = figuresOfText(textOf(name));
      assert.deepEqual(differences(written, readSummary(textOf(name))), []);
      compared.txt += written.length;
    });

  for (const name of captured.filter((file) => file.endsWith('.json')))
    it(name, () => {
      const written = figuresOfJson(textOf(name));
      assert.deepEqual(differences(written, readSummary(textOf(name))), []);
      compared.json += written.length;
    });

  for (const name of captured.filter(isSamples))
    it(name, async () => {
      const isCsv = name.includes('.csv');
      const saved = await readSamples(() => toChunks(bytesOf(name)), isCsv ? 'csv' : 'ndjson');
      assert.ok(saved !== undefined);
      const read = sampledOf(saved);
      const text = textOf(name);
      const written = figuresOfSamples(isCsv ? samplesOfCsv(text) : samplesOfNdjson(text), isCsv);
      assert.deepEqual(differences(written, withoutRates(read), byName), []);
      compared.samples += written.length;
    });

  for (const name of captured.filter(isNarrow))
    it(name, () => {
      const written = figuresOfText(textOf(name.replace(/txt$/, 'raw.txt')));
      assert.deepEqual(differences(written, readSummary(textOf(name))), []);
      compared.txt += written.length;
    });

  it('coupon-report.md: the two blocks of the source document', () => {
    const document = textOf('coupon-report.md');
    const blocks = document.split(/^```.*$/m).filter((_, index) => index % 2 === 1);
    const saved = readSummaryText(document);
    assert.equal(blocks.length, 2);
    const [stress, peak] = blocks.map((block, index) => {
      const written = figuresOfText(block);
      compared.txt += written.length;
      return differences(written, readOf(saved[index] as SavedSummary));
    });
    assert.deepEqual(stress, []);
    // The line that names the metric is missing; the value beside the threshold is that of one trend.
    assert.deepEqual(peak, [
      'thresholds/checks/p(95)<1000: 1 is written, nothing was read',
      "metrics/checks/values/p(95): ✓ 'p(95)<1000' p(95)=960.93ms is written, nothing was read",
      'thresholds/http_req_duration{expected_response:true}/p(95)<1000: 1 was read, nothing is written',
    ]);
  });

  it('and any one that is changed makes a difference', () => {
    for (const name of ['v0.49.0-multi.txt', 'v1.0.0-custom.txt', 'v2.2.0-multi-full.txt']) {
      const lines = textOf(name).split('\n');
      const written = figuresOfText(lines.join('\n'));
      let changed = 0;
      for (const [at, line] of lines.entries()) {
        // The share beside two counts, the failed checks and a submetric that is also a part of the run say the same again.
        if (!/\.\.\.:|↳ +\d+%/.test(line) || /checks_(?:total|failed)|\{ scenario:/.test(line)) continue;
        const figures = /:|%/.exec(line)?.index ?? 0;
        for (const { index } of line.matchAll(/\d(?![\d.]*%)/g)) {
          if (index < figures || line.slice(0, index).endsWith('p(') || line.slice(0, index).endsWith('p(9'))
            continue;
          const digit = line[index] === '9' ? '8' : '9';
          const other = `${line.slice(0, index)}${digit}${line.slice(index + 1)}`;
          const read = readSummary(lines.with(at, other).join('\n'));
          assert.notDeepEqual(differences(written, read), [], `${name}: ${other}`);
          changed += 1;
        }
      }
      assert.ok(changed > 200, String(changed));
    }
  });

  const texts = captured.filter((name) =>
    /\d-(?:basic|custom|multi|units|full|legacy|samples)\.txt$/.test(name),
  );
  /** Numbers without a unit at the end of every trend cannot be told to be cut. */
  const usual = texts.filter((name) => /-(?:basic|multi|samples)\.txt$/.test(name));
  type Way = { of: string[]; change: (line: string, width: number) => string; readAtLeast: number };
  const ways: Record<string, Way> = {
    broken: { of: texts, change: brokenAt, readAtLeast: 0.99 },
    'cut by columns': {
      of: usual,
      change: (line, width) => [...line].slice(0, width).join(''),
      readAtLeast: 0.5,
    },
    'cut by bytes': {
      of: usual,
      change: (line, width) => Buffer.from(line).subarray(0, width).toString('utf8').replace('\uFFFD', ''),
      readAtLeast: 0.5,
    },
  };
  for (const [way, { of, change, readAtLeast }] of Object.entries(ways))
    it(`or at least no other, where lines are ${way} at any width`, () => {
      let [read, written] = [0, 0];
      for (const name of of) {
        const lines = textOf(name).split('\n');
        const whole = figuresRead(readSummary(lines.join('\n')), byName);
        for (let width = 50; width <= 160; width += 3) {
          const changed = lines.map((line) => change(line, width).replaceAll(/ +$/gm, '')).join('\n');
          const [saved] = readSummaryText(changed);
          const found = saved === undefined ? [] : figuresRead(readOf(saved), byName);
          for (const [path, value] of found) {
            assert.equal(value, whole.get(path), `${name} at ${width}: ${path}`);
            read += 1;
          }
          written += whole.size;
        }
      }
      process.stdout.write(
        `${way}: ${read} of ${written} figures were read, none other than it is written\n`,
      );
      assert.ok(read >= readAtLeast * written, `${read} of ${written}`);
    });

  it('and those are many', () => {
    process.stdout.write(`figures compared: ${JSON.stringify(compared)}\n`);
    assert.ok(
      compared.txt > 9000 && compared.json > 9000 && compared.samples > 2000,
      JSON.stringify(compared),
    );
  });
});
