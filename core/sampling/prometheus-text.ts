import type { Labels } from '../record/run-record.ts';

export type PrometheusSample = {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
};

/*
 * Prometheus text exposition format 0.0.4:
 *
 *   line   = comment | sample ;
 *   sample = name , [ "{" , [ label , { "," , label } , [ "," ] ] , "}" ] , blank , value , [ blank , timestamp ] ;
 *   label  = key , "=" , '"' , { character | "\\" | '\"' | "\n" } , '"' ;
 */
const samplePattern =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{((?:[^"}]|"(?:\\.|[^"\\])*")*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;
const labelPattern = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:\\.|[^"\\])*)"\s*,?/y;

/** Reads an exposition; lines that do not follow the format, and values that are NaN or infinite, are left out. */
export const parsePrometheusText = (text: string): PrometheusSample[] => {
  const types = new Map<string, PrometheusSample['type']>();
  const samples: PrometheusSample[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) {
      const declared = /^#\s*TYPE\s+(\S+)\s+(counter|gauge|histogram|summary|untyped)/.exec(line);
      if (declared?.[1] !== undefined) types.set(declared[1], declared[2] as PrometheusSample['type']);
      continue;
    }
    const match = samplePattern.exec(line);
    const name = match?.[1];
    const labels = parseLabels(match?.[2] ?? '');
    const value = Number(match?.[3] === undefined || match[3] === '' ? Number.NaN : match[3]);
    if (name === undefined || labels === undefined || !Number.isFinite(value)) continue;
    const family = name.replace(/_(bucket|sum|count)$/, '');
    samples.push({ name, labels, value, type: types.get(name) ?? types.get(family) ?? 'untyped' });
  }
  return samples;
};

const parseLabels = (text: string): Labels | undefined => {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  let at = 0;
  while (at < text.length && text.slice(at).trim() !== '') {
    labelPattern.lastIndex = at;
    const match = labelPattern.exec(text);
    if (match?.[1] === undefined || match[2] === undefined) return undefined;
    labels[match[1]] = match[2].replaceAll(/\\(.)/g, (_, escaped: string) =>
      escaped === 'n' ? '\n' : escaped,
    );
    at = labelPattern.lastIndex;
  }
  return labels;
};
