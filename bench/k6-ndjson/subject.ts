// One way to read a file of k6's samples, in a process of its own: `subject.js <scanner|readline> <file>`, or `<gzip|pipe> -` from
// stdin. Its last line is what it found and what it took.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileChunks } from '../../core/k6-output/samples/file-chunks.ts';
import { freedChunks, unzippedChunks } from '../../core/k6-output/samples/freed-chunks.ts';
import { readNdjson } from '../../core/k6-output/samples/read-samples.ts';
import { SampleSink } from '../../core/k6-output/samples/sample-sink.ts';

const [way = '', path = ''] = process.argv.slice(2);

type Found = {
  readonly requests: number;
  readonly failed: number;
  readonly p95: number;
  readonly seconds: number;
};

/** lagline's own: everything that a report needs. */
const sampled = async (read: (sink: SampleSink) => Promise<unknown>): Promise<Found> => {
  const sink = new SampleSink();
  await read(sink);
  const run = sink.finish();
  const {
    http_reqs: requests,
    http_req_failed: failed,
    http_req_duration: duration,
  } = run?.summary.metrics ?? {};
  const timeline = run?.series.find(
    ({ kind, name }) => kind === 'distribution' && name === 'http_req_duration',
  );
  return {
    requests: requests?.type === 'counter' ? requests.count : Number.NaN,
    failed: failed?.type === 'rate' ? failed.passes : Number.NaN,
    p95: duration?.type === 'trend' ? (duration.values['p(95)'] ?? Number.NaN) : Number.NaN,
    seconds: timeline?.kind === 'distribution' ? timeline.windows.length : Number.NaN,
  };
};

/** What one would write first: the timeline alone, from objects. */
const withReadline = async (): Promise<Found> => {
  const seconds = new Map<string, number[]>();
  let [requests, failed] = [0, 0];
  const all: number[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { metric, type, data } = JSON.parse(line) as {
      metric: string;
      type: string;
      data: { time: string; value: number };
    };
    if (type !== 'Point') continue;
    if (metric === 'http_reqs') requests += data.value;
    else if (metric === 'http_req_failed') failed += data.value;
    else if (metric === 'http_req_duration') {
      const second = data.time.slice(0, 19);
      const values = seconds.get(second) ?? [];
      seconds.set(second, values);
      values.push(data.value);
      all.push(data.value);
    }
  }
  for (const values of seconds.values()) values.sort((left, right) => left - right);
  const sorted = Float64Array.from(all).sort();
  return { requests, failed, p95: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0, seconds: seconds.size };
};

const ways: Readonly<Record<string, () => Promise<Found>>> = {
  scanner: () => sampled((sink) => readNdjson((room) => fileChunks(path, room), sink)),
  gzip: () => sampled((sink) => readNdjson(() => unzippedChunks(process.stdin), sink)),
  pipe: () => sampled((sink) => readNdjson(() => freedChunks(process.stdin), sink)),
  readline: withReadline,
};

const startedMs = performance.now();
const found = await ways[way]?.();
const wallMs = performance.now() - startedMs;
const { user, system } = process.cpuUsage();
const rssMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ ...found, wallMs, cpuMs: (user + system) / 1000, rssMb }));
