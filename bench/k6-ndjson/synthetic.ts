import { closeSync, openSync, writeSync } from 'node:fs';

const metrics = [
  ['http_reqs', 'counter', 'default'],
  ['http_req_duration', 'trend', 'time'],
  ['http_req_blocked', 'trend', 'time'],
  ['http_req_connecting', 'trend', 'time'],
  ['http_req_tls_handshaking', 'trend', 'time'],
  ['http_req_sending', 'trend', 'time'],
  ['http_req_waiting', 'trend', 'time'],
  ['http_req_receiving', 'trend', 'time'],
  ['http_req_failed', 'rate', 'default'],
  ['checks', 'rate', 'default'],
  ['data_sent', 'counter', 'data'],
  ['data_received', 'counter', 'data'],
  ['iteration_duration', 'trend', 'time'],
  ['iterations', 'counter', 'default'],
] as const;

const startedAtMs = Date.parse('2026-03-14T05:26:53Z');
const bufferedCharacters = 1e6;

/** Writes what k6's `--out json` would have written of one request an iteration, byte for byte in its form; answers how many. */
export const writeSynthetic = (path: string, bytes: number, random: () => number): number => {
  const file = openSync(path, 'wx');
  let text = metrics
    .map(
      ([name, type, contains]) =>
        `{"type":"Metric","data":{"name":"${name}","type":"${type}","contains":"${contains}","thresholds":[],"submetrics":null},"metric":"${name}"}\n`,
    )
    .join('');
  let [iterations, atMs] = [0, startedAtMs];
  for (let written = 0; written < bytes;) {
    while (text.length < bufferedCharacters) {
      atMs += random() * 1.2;
      text += iteration(atMs, random);
      iterations += 1;
    }
    written += writeSync(file, text);
    text = '';
  }
  closeSync(file);
  return iterations;
};

const iteration = (atMs: number, random: () => number): string => {
  const fraction = String(Math.floor((atMs % 1000) * 1e6))
    .padStart(9, '0')
    .replace(/0+$/, '');
  const time = `${new Date(atMs).toISOString().slice(0, 19)}${fraction === '' ? '' : '.'}${fraction}Z`;
  const isFailed = random() < 0.01;
  const durationMs = Math.round((1 + random() * random() * 80) * 1e6) / 1e6;
  const url = 'http://127.0.0.1:8080/coupons/1/issue';
  const ofRequest = `{"expected_response":"${!isFailed}","group":"","method":"POST","name":"${url}","proto":"HTTP/1.1","scenario":"default","status":"${isFailed ? 500 : 202}","url":"${url}"}`;
  const plain = '{"group":"","scenario":"default"}';
  const point = (metric: string, value: number, tags: string): string =>
    `{"metric":"${metric}","type":"Point","data":{"time":"${time}","value":${value},"tags":${tags}}}\n`;
  const values = [1, durationMs, 0.004058, 0, 0, 0.0123, durationMs - 0.05, 0.041, isFailed ? 1 : 0];
  return [
    ...values.map((value, index) => point(metrics[index]?.[0] ?? '', value, ofRequest)),
    point('checks', isFailed ? 0 : 1, '{"check":"응답 성공","group":"","scenario":"default"}'),
    point('data_sent', 180, plain),
    point('data_received', 290, plain),
    point('iteration_duration', durationMs + 0.1, plain),
    point('iterations', 1, plain),
  ].join('');
};
