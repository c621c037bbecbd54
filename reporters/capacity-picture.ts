import type { CapacityDocument, CapacityPrediction } from '../core/capacity/capacity-document.ts';
import { styles, type Line, type Panel } from './charts/panel.ts';
import type { Catalog } from './locales/catalog.ts';
import { inOneLine } from './plain-text.ts';

/** The lag that was measured, beside what is computed for the present set-up and with the last goal's advice; PNG. */
export const capacityPicture = async (
  document: CapacityDocument,
  startedAt: string | null,
  catalog: Catalog,
): Promise<Uint8Array> => {
  const { panelPicture } = await import('./charts/panel-picture.ts');
  return panelPicture(capacityPanel(document, startedAt, catalog));
};

export const capacityPanel = (
  { group, measured, present, goals, loadEndMs }: CapacityDocument,
  startedAt: string | null,
  catalog: Catalog,
): Panel => {
  const { capacity: words, charts, formats } = catalog;
  const setup = ({ consumers, partitions }: CapacityPrediction): string =>
    words.setup(String(consumers), String(partitions), 1);
  const advised = goals.findLast(({ isMet, prediction }) => !isMet && prediction !== null)?.prediction;
  const line = (label: string, points: Line['points'], style: Line['style']): Line => ({
    label,
    points,
    style,
    axis: 'left',
  });
  const lines = [
    line(words.picture.measured, measured.curve, styles.main),
    line(words.picture.present(setup(present)), present.curve, styles.second),
    ...(advised == null ? [] : [line(words.picture.advised(setup(advised)), advised.curve, styles.leaf)]),
  ];
  const durationMs = Math.max(loadEndMs, 1000, ...lines.map(({ points }) => points.at(-1)?.[0] ?? 0));
  return {
    title: inOneLine(words.picture.title(group)),
    subtitle: startedAt === null ? '' : charts.subtitle(formats.dateTime(Date.parse(startedAt))),
    leftAxis: charts.axes.lag,
    lines,
    timeline: {
      durationMs,
      axisTitle: charts.timeAxis,
      tick: formats.elapsed,
      noData: charts.noData,
      bands: [
        { kind: 'load', fromMs: 0, toMs: loadEndMs, labels: charts.phases.load },
        { kind: 'drain', fromMs: loadEndMs, toMs: durationMs, labels: charts.phases.drain },
      ],
    },
  };
};
