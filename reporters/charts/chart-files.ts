import type { Catalog } from '../locales/catalog.ts';
import type { OutputFile, Report } from '../reporter.ts';
import { panelPicture } from './panel-picture.ts';
import { prometheusPanels } from './prometheus-panels.ts';
import { runPanels } from './run-panels.ts';

export type ChartFiles = {
  readonly files: readonly OutputFile[];
  /** Path of each picture by panel, one entry a run. */
  readonly paths: readonly Readonly<Record<string, string>>[];
};

/** Draws the pictures of every run that came with its record. */
export const chartFiles = async (report: Report, catalog: Catalog): Promise<ChartFiles> => {
  const files: OutputFile[] = [];
  const paths: Record<string, string>[] = [];
  const names = fileNames(report);
  for (const [index, run] of report.document.runs.entries()) {
    const record = report.runs[index]?.record;
    const own: Record<string, string> = {};
    if (record !== undefined) {
      const { lag, ...ofLoad } = runPanels(record, catalog);
      const panels = {
        ...(record.plan.reconstruction === undefined ? ofLoad : {}),
        lag,
        ...prometheusPanels(record, catalog),
      };
      for (const [id, panel] of Object.entries(panels)) {
        const path = `charts/${names[index] ?? run.runId}-${id}.png`;
        own[id] = path;
        files.push({ path, content: await panelPicture(panel) });
      }
    }
    paths.push(own);
  }
  return { files, paths };
};

/** The scenario's name, numbered where several runs share it. */
const fileNames = ({ document: { runs } }: Report): string[] => {
  const names = runs.map(({ scenario }) => scenario.replace(/[^a-zA-Z0-9._-]/g, '_'));
  return names.map((name, index) => {
    if (names.filter((other) => other === name).length === 1) return name;
    return `${name}-${names.slice(0, index + 1).filter((other) => other === name).length}`;
  });
};
