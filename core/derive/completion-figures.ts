import type { Provenance } from '../quantity.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { CompletionReport, KafkaGroupReport } from '../report-document.ts';
import {
  completionDelays,
  delayQuantile,
  meanDelay,
  type CompletionDelays,
  type DelayQuantile,
} from './completion-delay.ts';
import { completionCounts, type CompletionCounts } from './completion-counts.ts';
import { redactUrl } from '../redact.ts';
import { mainGroup } from './main-group.ts';
import { curvesOf } from './offset-curves.ts';

type Figure = CompletionReport['p50'];
type Bounds = Figure['application'];

/**
 * The application's own times from accepting something to having persisted it, beside the completion delay of the main group.
 * A histogram tells of each time only between which edges it lies, and so does this.
 */
export const completionFigures = (
  record: RunRecord,
  groups: readonly KafkaGroupReport[],
): CompletionReport | null => {
  const { completion } = record.plan;
  if (completion === undefined) return null;
  const counts = completionCounts(record);
  const group = mainGroup(groups);
  const delays = group === undefined ? undefined : delaysOf(group, record);
  const messages = delays === undefined ? null : delays.completed + delays.waiting;
  const application = applicationTimes(counts, messages ?? counts.observations ?? 0);
  const quantile = (q: number): Figure =>
    figureOf(application.quantile(q), delays && delayQuantile(delays, q));
  return {
    source: redactUrl(completion.url),
    histogram: completion.histogram,
    group: group?.group ?? null,
    topic: group?.topic ?? null,
    readings: counts.readings,
    observations: counts.observations,
    messages,
    resets: counts.resets,
    mean: figureOf(application.mean(), delays && meanDelay(delays)),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: quantile(1),
  };
};

export const completionOrigins = (
  record: RunRecord,
  completion: CompletionReport | null,
): Record<string, Provenance> => {
  if (completion === null) return {};
  const { fromMs, toMs } = completionCounts(record);
  const { source, histogram, readings, observations } = completion;
  const reason =
    observations === null ? 'too-few-samples' : observations === 0 ? 'nothing-persisted' : undefined;
  return {
    completion: {
      kind: 'computed',
      source: `histogram ${source}#${histogram}`,
      samples: readings,
      ...(fromMs === undefined || toMs === undefined ? {} : { fromMs, toMs }),
      ...(reason === undefined ? {} : { reason }),
    },
  };
};

const delaysOf = (
  { group, topic }: KafkaGroupReport,
  { offsets }: RunRecord,
): CompletionDelays | undefined => {
  const curve = curvesOf({ offsets }).find((each) => each.group === group && each.topic === topic);
  return curve === undefined ? undefined : completionDelays(curve.partitions);
};

const unknown: Bounds = { lowMs: null, highMs: null };

/**
 * Bounds that hold for the `messages` of the run. Where the histogram took in fewer (they still wait, or the service restarted
 * and forgot them) the others may have had any time; where it took in more, any of its times may be one of those that do not belong.
 */
const applicationTimes = (
  { observations, buckets, sumMs }: CompletionCounts,
  messages: number,
): { quantile(q: number): Bounds; mean(): Bounds } => {
  const seen = observations ?? 0;
  if (seen === 0 || messages === 0) return { quantile: () => unknown, mean: () => unknown };
  const missing = Math.max(0, messages - seen);
  const extra = Math.max(0, seen - messages);
  const bucketOf = (rank: number) => buckets.find(({ upTo }) => upTo >= rank);
  return {
    quantile: (q) => {
      const rank = Math.max(1, Math.ceil(q * messages));
      const [least, most] = [rank - missing, rank + extra];
      if (least < 1 && most > seen) return unknown;
      return {
        lowMs: least < 1 ? 0 : (bucketOf(least)?.fromMs ?? null),
        highMs: most > seen ? null : finite(bucketOf(most)?.toMs),
      };
    },
    mean: () => {
      if (sumMs === null) return unknown;
      const greatestMs = finite(bucketOf(seen)?.toMs);
      const withoutExtra = greatestMs === null ? 0 : Math.max(0, sumMs - extra * greatestMs);
      return {
        lowMs: (extra === 0 ? sumMs : withoutExtra) / messages,
        highMs: missing > 0 ? null : sumMs / messages,
      };
    },
  };
};

const figureOf = (application: Bounds, delay: DelayQuantile | undefined): Figure => {
  const lagline = {
    ms: delay?.ms ?? null,
    lowMs: finite(delay?.lowMs),
    highMs: finite(delay?.highMs),
  };
  return {
    application,
    lagline,
    difference: {
      lowMs: less(lagline.lowMs, application.highMs),
      highMs: less(lagline.highMs, application.lowMs),
    },
  };
};

const finite = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value;

const less = (from: number | null, by: number | null): number | null =>
  from === null || by === null ? null : from - by;
