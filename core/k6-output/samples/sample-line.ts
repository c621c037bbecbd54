import type { Declaration, Sample } from './sample.ts';

/**
 * One line of k6's `--out json`, by way of JSON.parse; undefined for any other text. This is the reader that says what a line
 * means: the scanner leaves to it what it does not know at a glance.
 */
export const readSampleLine = (text: string): Declaration | Sample | undefined => {
  const line = parse(text);
  if (!isObject(line)) return undefined;
  if (line['type'] === 'Metric') return readDeclaration(line);
  return line['type'] === 'Point' ? readPoint(line) : undefined;
};

/** By hand, as points are: the library for schemas takes 15 MB of memory, and this is all that there is to it. */
const readDeclaration = ({ metric, data }: Readonly<Record<string, unknown>>): Declaration | undefined => {
  if (!isObject(data) || !isTextOrNothing(metric) || !isTextOrNothing(data['name'])) return undefined;
  const name = metric ?? data['name'];
  const type = types.find((each) => each === data['type']);
  const contains = contents.find((each) => each === data['contains']);
  const thresholds = listOf(data['thresholds'], (each) => (typeof each === 'string' ? each : undefined));
  const submetrics = listOf(data['submetrics'], nameOf);
  if (name === undefined || type === undefined || contains === undefined) return undefined;
  if (thresholds === undefined || submetrics === undefined) return undefined;
  return { kind: 'declaration', metric: name, type, contains, thresholds, submetrics };
};

const types: readonly Declaration['type'][] = ['counter', 'gauge', 'rate', 'trend'];
const contents: readonly Declaration['contains'][] = ['time', 'data', 'default'];

const isTextOrNothing = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

const nameOf = (value: unknown): string | undefined =>
  isObject(value) && typeof value['name'] === 'string' ? value['name'] : undefined;

/** Empty where k6 writes none; undefined where one of them cannot be read. */
const listOf = (
  value: unknown,
  read: (each: unknown) => string | undefined,
): readonly string[] | undefined => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const all = value.map(read);
  return all.every((each) => each !== undefined) ? all : undefined;
};

/** By hand: there may be millions of them, and a schema takes ten times as long. */
const readPoint = ({ metric, data }: Readonly<Record<string, unknown>>): Sample | undefined => {
  if (typeof metric !== 'string' || !isObject(data)) return undefined;
  const { time, value, tags } = data;
  const atMs = typeof time === 'string' ? readTime(time) : undefined;
  if (atMs === undefined || typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  if (tags === undefined || tags === null) return { kind: 'sample', metric, atMs, value, tags: {} };
  return isObject(tags) ? { kind: 'sample', metric, atMs, value, tags: textsOf(tags) } : undefined;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** k6 writes nothing but texts; what is none is no tag that anything could ask for. */
const textsOf = (tags: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).filter((tag): tag is [string, string] => typeof tag[1] === 'string'),
  );

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Epoch in whole ms of a time as k6 writes it (RFC 3339, in the zone of its machine); undefined for other texts. */
export const readTime = (text: string): number | undefined => {
  if (!rfc3339.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
};
