import { faultFigures } from '../../core/derive/fault-figures.ts';
import { curvesOf } from '../../core/derive/offset-curves.ts';
import { rankGaps } from '../../core/derive/rank-gaps.ts';
import { pointsOf, seriesName } from '../../core/record/find-series.ts';
import type { Gap, RunRecord } from '../../core/record/run-record.ts';
import { hostSeries } from '../../core/record/series-names.ts';
import type { Catalog } from '../locales/catalog.ts';
import { walkBroken } from './broken-line.ts';
import { ThinnedLine } from './downsample.ts';
import { forecastLines } from './forecast-lines.ts';
import { headRoom, peakOf } from './panel-axes.ts';
import { styles, type Band, type Line, type LineStyle, type Panel, type Timeline } from './panel.ts';
import {
  counterRate,
  lineColumns,
  pointColumns,
  windowQuantiles,
  type LineColumns,
  type LinePoint,
} from './series-points.ts';

export const panelIds = ['load', 'latency', 'lag', 'resources'] as const;
export type PanelId = (typeof panelIds)[number];

/** The pictures that every run has, over one and the same stretch of time. */
export const runPanels = (record: RunRecord, catalog: Catalog): Record<PanelId, Panel> => {
  const { charts } = catalog;
  const lag = lagLines(record, catalog);
  const resources = resourceLines(record, catalog);
  const panel = (id: PanelId, source: string, rest: Omit<Panel, keyof PanelFrame>): Panel => ({
    ...panelFrame(record, source, charts.titles[id], catalog),
    ...rest,
  });
  return {
    load: panel('load', 'k6', {
      leftAxis: charts.axes.perSecond,
      rightAxis: charts.axes.users,
      lines: loadLines(record, catalog),
    }),
    latency: withNote(
      panel('latency', 'k6', { leftAxis: charts.axes.latency, lines: latencyLines(record, catalog) }),
      rankGapNote(record, catalog),
    ),
    lag: panel('lag', 'kafka', {
      leftAxis: charts.axes.messages,
      rightAxis: charts.axes.lag,
      ...commonHeight(lag),
      lines: lag,
    }),
    resources: panel('resources', 'host', {
      leftAxis: charts.axes.hostPercent,
      top: commonPercent(resources),
      rightAxis: charts.axes.processPercent,
      lines: resources,
    }),
  };
};

export type PanelFrame = Pick<Panel, 'title' | 'subtitle' | 'timeline'>;

/** What all panels of a run share, with the gaps of the panel's own source. */
export const panelFrame = (
  record: RunRecord,
  source: string,
  title: string,
  catalog: Catalog,
): PanelFrame => {
  const gaps = gapsOf(record, source);
  return {
    title,
    subtitle: subtitleOf(record, gaps.length > 0, catalog),
    timeline: timelineOf(record, gaps, catalog),
  };
};

/** Lag stands on the scale of the curves beside it unless it would be too flat to read there. */
const readableShare = 0.1;

const commonHeight = (lines: readonly Line[]): Pick<Panel, 'rightAtLeast'> => {
  const [curves, lag] = [peakOf(lines.filter(isLeft)), peakOf(lines.filter((line) => !isLeft(line)))];
  return lag >= curves * readableShare ? { rightAtLeast: curves * headRoom } : {};
};

/** A process may use more than one core; the host's own axis goes along, so that heights can be compared. */
const commonPercent = (lines: readonly Line[]): number => Math.max(100, Math.ceil(peakOf(lines) / 50) * 50);

const isLeft = ({ axis }: Line): boolean => axis === 'left';

/** Undefined where every quantile is near to some number. */
const rankGapNote = (record: RunRecord, { charts }: Catalog): string | undefined => {
  const gaps = rankGaps(record);
  if (gaps === null) return undefined;
  const points = (['p50', 'p95', 'p99'] as const)
    .filter((quantile) => gaps[quantile] > 0)
    .map((quantile) => `${charts.lines[quantile]} ${gaps[quantile]}/${gaps.windows}`);
  return points.length === 0 ? undefined : charts.rankGapNote(points);
};

const withNote = (panel: Panel, note: string | undefined): Panel =>
  note === undefined
    ? panel
    : { ...panel, subtitle: [panel.subtitle, note].filter((each) => each !== '').join(notesBetween) };

const notesBetween = '   ·   ';

const subtitleOf = (record: RunRecord, hasGaps: boolean, { charts, formats }: Catalog): string =>
  [
    ...(record.startedAt === null ? [] : [charts.subtitle(formats.dateTime(Date.parse(record.startedAt)))]),
    ...(faultFigures(record).some(({ fromMs }) => fromMs !== null) ? [charts.faultNote] : []),
    ...(hasGaps ? [charts.gapNote] : []),
  ].join(notesBetween);

/** What the time axis reaches over. */
const durationOf = ({ durationMs }: RunRecord): number => Math.max(1000, durationMs);

const timelineOf = (record: RunRecord, gaps: readonly Gap[], { charts, formats }: Catalog): Timeline => ({
  durationMs: durationOf(record),
  axisTitle: charts.timeAxis,
  tick: formats.elapsed,
  noData: charts.noData,
  bands: [
    ...record.phases.map(({ name, fromMs, toMs }): Band => ({
      kind: name,
      fromMs,
      toMs: toMs ?? record.durationMs,
      labels: charts.phases[name],
    })),
    ...faultFigures(record).flatMap(({ label, fromMs, toMs }): Band[] =>
      fromMs === null ? [] : [{ kind: 'fault', fromMs, toMs: toMs ?? record.durationMs, labels: [label] }],
    ),
    ...gaps.map(({ fromMs, toMs }): Band => ({ kind: 'gap', fromMs, toMs, labels: [] })),
  ],
});

const loadLines = (record: RunRecord, { charts }: Catalog): Line[] => {
  const rate = (name: string) => broken(record, 'k6', counterRate(record, name));
  return present([
    line(charts.lines.requests, rate('http_reqs'), styles.main),
    line(charts.lines.failed, rate('http_reqs{expected_response:false}'), styles.alarm),
    line(charts.lines.dropped, rate('dropped_iterations'), styles.extra),
    line(
      charts.lines.users,
      broken(record, 'k6', pointColumns(pointsOf(record, 'vus'))),
      styles.quiet,
      'right',
    ),
  ]);
};

const latencyLines = (record: RunRecord, { charts }: Catalog): Line[] => {
  const [p50, p95, p99] = windowQuantiles(record, 'http_req_duration', [0.5, 0.95, 0.99] as const);
  return present([
    line(charts.lines.p50, broken(record, 'k6', p50), styles.main),
    line(charts.lines.p95, broken(record, 'k6', p95), styles.second),
    line(charts.lines.p99, broken(record, 'k6', p99), styles.alarm),
  ]);
};

/** Curves of all watched groups together; a run watches one as a rule. */
const lagLines = (record: RunRecord, catalog: Catalog): Line[] => {
  const { charts } = catalog;
  const curves = curvesOf(record);
  const measured = curves.flatMap(({ group, points }): Line[] => {
    const suffix = curves.length === 1 ? '' : ` ${group}`;
    const curve = (pick: (point: (typeof points)[number]) => number | null) =>
      broken(
        record,
        'kafka',
        lineColumns(points, ({ atMs }) => atMs, pick),
      );
    return present([
      line(
        charts.lines.produced + suffix,
        curve((point) => point.produced),
        styles.main,
      ),
      line(
        charts.lines.consumed + suffix,
        curve((point) => point.consumed),
        styles.second,
      ),
      {
        ...line(
          charts.lines.lag + suffix,
          curve((point) => point.lagHigh),
          styles.alarm,
          'right',
        ),
        lowerPoints: curve((point) => point.lagLow),
      },
    ]);
  });
  return [...measured, ...forecastLines(record, curves, catalog)];
};

/** As many as the demo has processes; beyond that they repeat. */
const processStyles: readonly LineStyle[] = [
  styles.extra,
  styles.dark,
  styles.leaf,
  styles.alarm,
  styles.sky,
  styles.quiet,
];

const resourceLines = (record: RunRecord, { charts }: Catalog): Line[] => {
  const gauge = (name: string) => broken(record, 'host', pointColumns(pointsOf(record, name)));
  const processes = record.series.filter(({ name }) => name === hostSeries.processCpuPercent);
  return present([
    line(charts.lines.cpu, gauge(hostSeries.cpuPercent), styles.main),
    line(charts.lines.memory, gauge(hostSeries.memoryUsedPercent), styles.second),
    ...processes.map((series, index) =>
      line(
        charts.lines.process(series.labels['process'] ?? ''),
        gauge(seriesName(series)),
        processStyles[index % processStyles.length] ?? styles.quiet,
        'right',
      ),
    ),
  ]);
};

export const line = (
  label: string,
  points: readonly LinePoint[],
  style: LineStyle,
  axis: Line['axis'] = 'left',
): Line => ({
  label,
  points,
  style,
  axis,
});

export const present = (lines: readonly Line[]): Line[] =>
  lines.filter(({ points }) => points.some(([, value]) => value !== null));

/** Broken where nothing was measured, and thinned to what a picture can show: all points of a day would be 5 MB for each line. */
export const broken = (record: RunRecord, source: string, measured: LineColumns): LinePoint[] => {
  const thinned = new ThinnedLine(durationOf(record), lineBuckets);
  walkBroken(measured, gapsOf(record, source), (elapsedMs, value) => thinned.add(elapsedMs, value));
  return thinned.points();
};

/** Points that a line keeps at most, halved: more than a picture is wide, and enough for a zoom to half a second in a run of twenty minutes. */
const lineBuckets = 1200;

/** Gaps of other sources leave a line alone. */
const gapsOf = (record: RunRecord, source: string): readonly Gap[] =>
  record.gaps.filter((gap) => gap.source === source || gap.source.startsWith(`${source}:`));
