import type { SampleFormat } from './read-samples.ts';

/**
 * Whether a file holds samples, by how it begins: lines of `--out json` are objects whose first key no summary has, those of
 * `--out csv` begin with the names of the columns.
 */
export const sampleFormatOf = (beginning: string): SampleFormat | undefined => {
  const text = beginning.replace(/^\uFEFF?\s*/, '');
  if (/^\{\s*"(?:metric|type|data)"\s*:/.test(text)) return 'ndjson';
  const [header = ''] = text.split('\n', 1);
  const columns = header.trim().split(',');
  return ['metric_name', 'timestamp', 'metric_value'].every((name) => columns.includes(name))
    ? 'csv'
    : undefined;
};
