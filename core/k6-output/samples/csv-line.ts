import type { Sample } from './sample.ts';
import { readTime } from './sample-line.ts';

/** Reads the lines of k6's `--out csv` by the columns of its header; undefined for a header without those that are needed. */
export const csvReader = (header: string): ((line: string) => Sample | undefined) | undefined => {
  const columns = splitCsv(header);
  if (columns === undefined) return undefined;
  const place = (name: string): number => columns.indexOf(name);
  const [metricAt, timeAt, valueAt, extraAt] = [
    place('metric_name'),
    place('timestamp'),
    place('metric_value'),
    place('extra_tags'),
  ];
  if (metricAt < 0 || timeAt < 0 || valueAt < 0) return undefined;
  const own = new Set([metricAt, timeAt, valueAt, extraAt, place('metadata')]);
  return (line) => {
    const cells = splitCsv(line);
    if (cells?.length !== columns.length) return undefined;
    const [metric = '', written = ''] = [cells[metricAt], cells[valueAt]];
    const atMs = readCsvTime(cells[timeAt] ?? '');
    const value = Number(written);
    if (metric === '' || atMs === undefined || !/^-?\d/.test(written) || !Number.isFinite(value))
      return undefined;
    const tags = Object.fromEntries(
      cells.flatMap((cell, index) =>
        cell === '' || own.has(index) ? [] : [[columns[index] ?? '', cell] as const],
      ),
    );
    return { kind: 'sample', metric, atMs, value, tags: { ...tags, ...extraTags(cells[extraAt] ?? '') } };
  };
};

/** k6 writes them as in a URL's query. */
const extraTags = (text: string): Record<string, string> =>
  text === '' ? {} : Object.fromEntries(new URLSearchParams(text));

/**
 * k6 writes whole seconds unless `K6_CSV_TIME_FORMAT` asks for ms, µs, ns or RFC 3339; numbers of this century tell by their
 * size which of them they are.
 */
export const readCsvTime = (text: string): number | undefined => {
  if (!/^\d{9,19}$/.test(text)) return readTime(text);
  const thousands = Math.floor((text.length - 8) / 3) - 1;
  return thousands < 0 ? Number(text) * 1000 : Math.floor(Number(text) / 1000 ** thousands);
};

/** The cells of a record (RFC 4180); undefined where a quote is not closed, or something stands behind it. */
export const splitCsv = (line: string): string[] | undefined => {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let cell = '';
      for (at += 1; ; at += 2) {
        const quote = line.indexOf('"', at);
        if (quote === -1) return undefined;
        cell += line.slice(at, quote);
        at = quote;
        if (line[quote + 1] !== '"') break;
        cell += '"';
      }
      at += 1;
      if (at < line.length && line[at] !== ',') return undefined;
      cells.push(cell);
    } else {
      const comma = line.indexOf(',', at);
      const end = comma === -1 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return cells;
    at += 1;
    if (at === line.length) return [...cells, ''];
  }
};
