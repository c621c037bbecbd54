import type { Facts } from '../errors.ts';
import type { RunReport } from '../report-document.ts';
import { interruptedAtMost, notStarted } from '../derive/arrivals.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import { pointsOf } from '../record/find-series.ts';
import type { OffsetSamples, Point, RunRecord } from '../record/run-record.ts';
import { SampleColumns } from '../record/sample-columns.ts';

type Check = RunReport['consistency'][number];

/** Percentiles taken from histograms may be this far off. */
const histogramError = 0.045;
/** k6 adds and interpolates in floating point: equal samples give a mean that is an ulp beyond them. */
const rounding = 1e-9;
/** Share of requests that the timeline may lack beside the summary (a last push that was skipped). */
const timelineTolerance = 0.01;

/** Numbers held against each other; only checks that apply to the run are listed. */
export const consistencyChecks = (record: RunRecord, figures: RunFigures): Check[] => [
  ...timesCheck(record),
  ...loadChecks(record, figures),
  ...timelineCheck(record, figures),
  ...kafkaChecks(record, figures),
  ...integrityChecks(figures),
];

const check = (name: string, ok: boolean, facts: Facts): Check => ({ check: name, ok, facts: { ...facts } });

/** A clock that went back leaves readings behind those that came after them; what is drawn and summed is then wrong. */
const timesCheck = ({ series, offsets }: RunRecord): Check[] => {
  const ofSeries = series.map((each) =>
    each.kind === 'distribution' ? each.windows.map(({ toMs }) => toMs) : each.points.map(([atMs]) => atMs),
  );
  const isBroken = [
    ...ofSeries.filter(({ length }) => length > 0).map(goesBack),
    ...offsets.filter(({ samples }) => samples.length > 0).map(({ samples }) => areAnswersBack(samples)),
  ];
  const broken = isBroken.filter(Boolean).length;
  return isBroken.length === 0
    ? []
    : [check('times-ascending', broken === 0, { series: isBroken.length, broken })];
};

const goesBack = (times: Iterable<number>): boolean => {
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const ms of times) {
    if (ms < latestMs) return true;
    latestMs = ms;
  }
  return false;
};

const areAnswersBack = (samples: OffsetSamples): boolean =>
  !(samples instanceof SampleColumns && samples.isAscending) &&
  goesBack([...samples].map(({ endReceivedMs }) => endReceivedMs));

const loadChecks = (record: RunRecord, { load, provenance }: RunFigures): Check[] => {
  if (load === null) return [];
  const checks: Check[] = [];
  for (const key of ['httpReqDurationMs', 'expectedHttpReqDurationMs'] as const) {
    const { min, med, p90, p95, p99, max, avg } = load[key];
    const slackOf = (name: string): number =>
      1 + (provenance[`load.${key}.${name}`]?.kind === 'computed' ? histogramError : rounding);
    const ordered = Object.entries({ min, med, p90, p95, p99, max }).flatMap(([name, value]) =>
      value === null ? [] : [{ value, slack: slackOf(name) }],
    );
    if (ordered.length < 2) continue;
    const isOrdered = ordered.every(({ value, slack }, index) => {
      const before = ordered[index - 1];
      return before === undefined || value * Math.max(slack, before.slack) >= before.value;
    });
    const isMeanInside =
      avg === null ||
      min === null ||
      max === null ||
      (avg >= min * (1 - rounding) && avg <= max * (1 + rounding));
    checks.push(
      check('percentiles-ordered', isOrdered && isMeanInside, {
        metric: key,
        min,
        med,
        p90,
        p95,
        p99,
        max,
        avg,
      }),
    );
  }
  const { passes, fails, items } = load.checks;
  const isEachCheckCounted = !record.load?.ambiguous?.some(({ id }) => id === 'check-counts');
  if (passes !== null && fails !== null && items.length > 0 && isEachCheckCounted) {
    const sum = items.reduce((total, item) => total + item.passes + item.fails, 0);
    checks.push(check('checks-add-up', sum === passes + fails, { sum, total: passes + fails }));
  }
  if (load.requests !== null && load.failedRequests !== null) {
    checks.push(
      check('failed-within-requests', load.failedRequests <= load.requests, {
        failed: load.failedRequests,
        requests: load.requests,
      }),
    );
  }
  return [...checks, ...plannedCheck(load)];
};

/** How late k6's timer may end a scenario: on a busy machine it starts an iteration or two more than planned (12,002 of 12,000 seen). */
const schedulingLatenessMs = 20;

/** Share of the plan that may be neither started nor dropped, beside what the end of the run interrupted. */
const plannedTolerance = 0.01;

/**
 * Started and dropped iterations make up the plan: no more but for one iteration of scheduling per scenario and stage, no
 * less but for those that the end of the run interrupted.
 */
const plannedCheck = (load: NonNullable<RunFigures['load']>): Check[] => {
  const { plannedIterations: planned, iterations, droppedIterations: dropped, scenarios } = load;
  const missing = notStarted(load);
  if (missing === null || planned === null || dropped === null) return [];
  const tolerance = scenarios.reduce(
    (sum, { stages, peakRatePerSecond }) =>
      sum + 1 + stages.length + Math.ceil(((peakRatePerSecond ?? 0) * schedulingLatenessMs) / 1000),
    0,
  );
  const most = tolerance + Math.floor(planned * plannedTolerance) + interruptedAtMost(load);
  return [
    check('iterations-add-up', missing - dropped >= -tolerance && missing - dropped <= most, {
      iterations,
      dropped,
      planned,
      tolerance,
      shortfallTolerance: most,
    }),
  ];
};

const timelineCheck = (record: RunRecord, { load }: RunFigures): Check[] => {
  const points = pointsOf(record, 'http_reqs');
  const last = points.at(-1)?.[1];
  if (last === undefined || load?.requests == null || record.load?.summary == null) return [];
  const isClose = last <= load.requests && last >= load.requests * (1 - timelineTolerance) - 1;
  const missing = Math.max(0, load.requests - last);
  const untold = record.plan.savedOutput === undefined ? untoldSeconds(points) : 0;
  return [
    check('timeline-equals-summary', isClose, {
      timeline: last,
      summary: load.requests,
      ...(missing > 0 ? { missing } : {}),
      ...(untold > 0 ? { untoldSeconds: untold } : {}),
    }),
  ];
};

/**
 * Seconds whose push did not come, so that the next one tells them together with its own. k6 pushes in every second, if only
 * how many VUs there are. Before the first push it has to start, and behind the last nobody knows of one.
 */
const untoldSeconds = (points: readonly Point[]): number =>
  points.reduce((sum, [atMs], index) => {
    const [beforeMs] = points[index - 1] ?? [];
    return beforeMs === undefined || index === 1
      ? sum
      : sum + Math.max(0, Math.round((atMs - beforeMs) / 1000) - 1);
  }, 0);

const kafkaChecks = (record: RunRecord, { kafka }: RunFigures): Check[] =>
  kafka.groups.flatMap((group) => {
    const names = { group: group.group, topic: group.topic };
    const parts = group.perPartition.reduce((sum, { produced }) => sum + (produced ?? 0), 0);
    const { lowMs, highMs, since } = group.drain;
    return [
      ...(group.producedMessages === null
        ? []
        : [
            check('partitions-add-up', parts === group.producedMessages, {
              ...names,
              parts,
              total: group.producedMessages,
            }),
          ]),
      ...(lowMs === null || highMs === null
        ? []
        : [
            check('drain-inside-run', lowMs <= highMs && highMs <= record.durationMs, {
              ...names,
              lowMs,
              highMs,
              since,
              durationMs: record.durationMs,
            }),
          ]),
    ];
  });

const integrityChecks = ({ integrity }: RunFigures): Check[] => {
  if (
    integrity?.accepted == null ||
    integrity.persisted === null ||
    integrity.oversold === null ||
    integrity.stock === null
  )
    return [];
  const { accepted, persisted, stock, oversold } = integrity;
  return [
    check('oversold-follows-from-rows', oversold >= Math.max(0, persisted - stock), {
      persisted,
      stock,
      oversold,
      accepted,
    }),
  ];
};
