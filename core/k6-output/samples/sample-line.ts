import { z } from 'zod';
import type { Declaration, Sample } from './sample.ts';

const declaration = z.object({
  metric: z.string().optional(),
  data: z.object({
    name: z.string().optional(),
    type: z.enum(['counter', 'gauge', 'rate', 'trend']),
    contains: z.enum(['time', 'data', 'default']),
    thresholds: z.array(z.string()).nullish(),
    submetrics: z.array(z.object({ name: z.string() })).nullish(),
  }),
});

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

const readDeclaration = (line: unknown): Declaration | undefined => {
  const read = declaration.safeParse(line);
  if (!read.success) return undefined;
  const { metric, data } = read.data;
  const name = metric ?? data.name;
  return name === undefined
    ? undefined
    : {
        kind: 'declaration',
        metric: name,
        type: data.type,
        contains: data.contains,
        thresholds: data.thresholds ?? [],
        submetrics: (data.submetrics ?? []).map((each) => each.name),
      };
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
