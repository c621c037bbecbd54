import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startClock } from '../../core/clock.ts';
import { k6Environment } from '../../core/k6-environment.ts';
import { remoteWriteSettings } from '../../core/load/k6-arguments.ts';
import { startRemoteWriteReceiver } from '../../core/load/remote-write-receiver.ts';
import { createTimeline } from '../../core/load/timeline.ts';
import { guardGroup } from '../../core/process/watchdog.ts';
import { interpolatedQuantile, quantileBounds } from '../../core/record/histogram.ts';
import type { Observation } from '../../core/record/observation.ts';
import type { Goal } from '../goals.ts';
import { medianOf, quantileOf } from '../statistics.ts';
import { startTarget } from './target.ts';

const quantiles = [0.5, 0.95, 0.99] as const;
const failEvery = 40;
/** A window with fewer requests than this has ranks too far apart to be compared. */
const leastRequests = 100;

/** 60 requests in flight whose delays are spread over two decades; some fail. */
const script = `import http from 'k6/http';
export const options = { vus: 60, duration: __ENV.SECONDS + 's' };
export default function () { http.get(__ENV.URL + '/?delayMs=' + (4 * Math.exp(1.1 * normal())).toFixed(3), { tags: { name: 'one' } }); }
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
`;

type Sample = { readonly atMs: number; readonly ms: number };

/** Whether the timeline is true: its totals beside the server's own count, its quantiles beside k6's raw samples. */
export const truthGoals = async (
  {
    k6,
    dir,
    seconds,
  }: { readonly k6: { readonly path: string }; readonly dir: string; readonly seconds: number },
  say: (line: string) => unknown,
): Promise<Goal[]> => {
  const target = await startTarget(dir, failEvery);
  try {
    const [file, samplesFile] = [join(dir, 'truth.js'), join(dir, 'truth.json')];
    await writeFile(file, script);
    const clock = startClock();
    const timeline = createTimeline(clock, clock.elapsedMs());
    const seen: Observation[] = [];
    const receiver = await startRemoteWriteReceiver({
      onPush: (series) => seen.push(...timeline.take(series, clock.elapsedMs())),
    });
    const child = spawn(
      k6.path,
      [
        'run',
        '--no-usage-report',
        '--no-color',
        '--quiet',
        '--address',
        '',
        '--out',
        'experimental-prometheus-rw',
        '--out',
        `json=${samplesFile}`,
        '-e',
        `URL=${target.url}`,
        '-e',
        `SECONDS=${seconds}`,
        file,
      ],
      {
        detached: true,
        stdio: ['ignore', 'ignore', 'inherit'],
        env: k6Environment(process.env, remoteWriteSettings(receiver)),
      },
    );
    const release = guardGroup(child.pid ?? 0);
    const [code] = (await once(child, 'exit')) as [number | null];
    release();
    await receiver.close();
    if (code !== 0) throw new Error(`k6 ended with ${String(code)}`);
    const server = await target.read();
    const samples = await readDurations(samplesFile, clock.startedAtEpochMs);
    const total = (labels: string): number =>
      seen.reduce(
        (last, each) =>
          each.kind === 'counter' &&
          each.series.name === 'http_reqs' &&
          JSON.stringify(each.series.labels) === labels
            ? each.value
            : last,
        Number.NaN,
      );
    const [requests, failed] = [total('{}'), total('{"expected_response":"false"}')];
    return [
      {
        what: "requests and failures of the timeline, and the server's own",
        seen: `${requests}/${failed}, ${server.requests}/${server.errors}`,
        target: 'equal',
        isMet: requests === server.requests && failed === server.errors,
      },
      ...quantileGoals(errorsOf(seen, samples), say),
    ];
  } finally {
    await target.stop();
  }
};

const readDurations = async (file: string, startedAtEpochMs: number): Promise<Sample[]> => {
  const samples: Sample[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.startsWith('{"metric":"http_req_duration"') || !line.includes('"type":"Point"')) continue;
    const { data } = JSON.parse(line) as { data: { time: string; value: number } };
    samples.push({ atMs: Date.parse(data.time) - startedAtEpochMs, ms: data.value });
  }
  return samples.sort((left, right) => left.atMs - right.atMs);
};

/**
 * Relative errors by quantile, over the windows of the timeline. What fell into a window is taken by number and not by time:
 * requests are pushed in the order in which k6 took their samples in, which is that of their ends.
 */
const errorsOf = (seen: readonly Observation[], samples: readonly Sample[]): Map<number, number[]> => {
  const errors = new Map(quantiles.map((q): [number, number[]] => [q, []]));
  let from = 0;
  for (const each of seen) {
    if (
      each.kind !== 'window' ||
      each.series.name !== 'http_req_duration' ||
      'expected_response' in each.series.labels
    )
      continue;
    const those = samples.slice(from, from + each.histogram.count).map(({ ms }) => ms);
    from += each.histogram.count;
    if (those.length < leastRequests) continue;
    for (const q of quantiles) {
      // Such a point is marked in the report; what is on the other side of the gap is as true.
      if (quantileBounds(each.histogram, q)?.isInGap) continue;
      const truth = quantileOf(those, q);
      errors.get(q)?.push(Math.abs((interpolatedQuantile(each.histogram, q) ?? Number.NaN) / truth - 1));
    }
  }
  return errors;
};

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const quantileGoals = (
  errors: ReadonlyMap<number, readonly number[]>,
  say: (line: string) => unknown,
): Goal[] => {
  for (const [q, all] of errors)
    say(
      `p${100 * q} in ${all.length} windows of the timeline, those left out that are marked as in a gap: error ${percent(medianOf(all))} in the middle, ${percent(Math.max(...all))} at most`,
    );
  const all = [...errors.values()].flat();
  return [
    {
      what: 'p50, p95 and p99 by the second: greatest error beside raw samples',
      seen: percent(Math.max(...all)),
      target: '≤ 4.4 %',
      isMet: Math.max(...all) <= 0.0443,
    },
    {
      what: 'the same: median error',
      seen: percent(medianOf(all)),
      target: '≤ 1 %',
      isMet: medianOf(all) <= 0.01,
    },
  ];
};
