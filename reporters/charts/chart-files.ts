import type { Catalog } from '../locales/catalog.ts';
import type { OutputFile, Report } from '../reporter.ts';
import type { Panel } from './panel.ts';
import { prometheusPanels } from './prometheus-panels.ts';
import { runPanels } from './run-panels.ts';
import { timeLagPanel } from './time-lag-panel.ts';

export type ChartFiles = {
  readonly files: readonly OutputFile[];
  /** Path of each picture by panel, one entry a run. */
  readonly paths: readonly Readonly<Record<string, string>>[];
};

/** Draws the pictures of every run that came with its record. */
export const chartFiles = async (report: Report, catalog: Catalog): Promise<ChartFiles> => {
  const files: OutputFile[] = [];
  const paths: Record<string, string>[] = [];
  // Loaded where something is drawn: other formats do without a canvas.
  const { panelPicture } = await import('./panel-picture.ts');
  const names = fileNames(report);
  for (const [index, panels] of reportPanels(report, catalog).entries()) {
    const own: Record<string, string> = {};
    for (const [id, panel] of Object.entries(panels)) {
      const path = `charts/${names[index] ?? index}-${id}.png`;
      own[id] = path;
      files.push({ path, content: await panelPicture(panel) });
    }
    paths.push(own);
  }
  return { files, paths };
};

/** What is drawn of each run, by panel; nothing of a run that came without its record. */
export const reportPanels = (report: Report, catalog: Catalog): Readonly<Record<string, Panel>>[] =>
  report.document.runs.map((_, index) => {
    const record = report.runs[index]?.record;
    if (record === undefined) return {};
    const { lag, ...ofLoad } = runPanels(record, catalog);
    // Of saved output there is nothing to draw but what samples tell of the load.
    if (record.plan.savedOutput !== undefined)
      return record.series.length === 0 ? {} : { load: ofLoad.load, latency: ofLoad.latency };
    return {
      ...(record.plan.reconstruction === undefined ? ofLoad : {}),
      lag,
      ...timeLagPanel(record, catalog),
      ...prometheusPanels(record, catalog),
    };
  });

/** The scenario's name, numbered where several runs share it. */
const fileNames = ({ document: { runs } }: Report): string[] => {
  const names = runs.map(({ scenario }) => scenario.replace(/[^a-zA-Z0-9._-]/g, '_'));
  return names.map((name, index) => {
    if (names.filter((other) => other === name).length === 1) return name;
    return `${name}-${names.slice(0, index + 1).filter((other) => other === name).length}`;
  });
};
