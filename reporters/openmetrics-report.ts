import type { RunReport } from '../core/report-document.ts';
import { openMetricsFamilies, type Family, type Sample } from './openmetrics-families.ts';
import { inOneLine } from './plain-text.ts';
import type { Reporter } from './reporter.ts';

/**
 * The figures of the runs as gauges, in OpenMetrics 1.0, which a Prometheus text parser reads too: for a node
 * exporter's textfile folder, a push gateway, or GitLab's metrics report. What is not known has no sample.
 */
export const openMetricsReport: Reporter = {
  id: 'openmetrics',
  render: async ({ document }) => [{ path: 'metrics.txt', content: metricsText(document.runs) }],
};

const metricsText = (runs: readonly RunReport[]): string =>
  `${openMetricsFamilies.flatMap((family) => familyLines(family, runs)).join('\n')}\n# EOF\n`;

const familyLines = (family: Family, runs: readonly RunReport[]): string[] => {
  const lines = runs.flatMap((run, index) =>
    family.samples(run).flatMap((sample) => sampleLine(family, sample, run, index)),
  );
  if (lines.length === 0) return [];
  return [
    `# HELP ${family.name} ${escaped(family.help)}`,
    `# TYPE ${family.name} gauge`,
    ...(family.unit === undefined ? [] : [`# UNIT ${family.name} ${family.unit}`]),
    ...lines,
  ];
};

const sampleLine = (family: Family, [labels, value]: Sample, run: RunReport, index: number): string[] => {
  if (value === null || !Number.isFinite(value)) return [];
  const text = Object.entries({ run: String(index), scenario: run.scenario, ...labels })
    .map(([name, label]) => `${name}="${escaped(label)}"`)
    .join(',');
  return [`${family.name}{${text}} ${value}`];
};

const escaped = (text: string): string =>
  inOneLine(text)
    .toWellFormed()
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`);
