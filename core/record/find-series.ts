import type { Point, RunRecord, Series, SeriesKey, Window } from './run-record.ts';

/** A series' name in k6's notation for submetrics: `http_reqs` or `http_reqs{expected_response:false}`. */
export const seriesName = ({ name, labels }: Pick<SeriesKey, 'name' | 'labels'>): string => {
  const tags = Object.entries(labels).map(([tag, value]) => `${tag}:${value}`);
  return tags.length === 0 ? name : `${name}{${tags.join(',')}}`;
};

const find = (record: Pick<RunRecord, 'series'>, name: string): Series | undefined =>
  record.series.find((series) => seriesName(series) === name);

/** Points of the gauge or counter of that name; empty where the record has none. */
export const pointsOf = (record: Pick<RunRecord, 'series'>, name: string): readonly Point[] => {
  const series = find(record, name);
  return series === undefined || series.kind === 'distribution' ? [] : series.points;
};

/** Windows of the distribution of that name; empty where the record has none. */
export const windowsOf = (record: Pick<RunRecord, 'series'>, name: string): readonly Window[] => {
  const series = find(record, name);
  return series?.kind === 'distribution' ? series.windows : [];
};
