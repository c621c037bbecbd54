import { createHash } from 'node:crypto';
import { reportPanels } from '../charts/chart-files.ts';
import { incidentBlocks } from '../incident/incident-report.ts';
import type { Catalog } from '../locales/catalog.ts';
import { elapsedText } from '../locales/time-format.ts';
import type { Report, Reporter } from '../reporter.ts';
import { drawCharts } from './chart-client.ts';
import { chartData, type ChartData } from './chart-data.ts';
import { renderHtml } from './html-blocks.ts';
import { htmlText, inlineHtml } from './inline-html.ts';
import { fontStyle } from './page-font.ts';
import { pageStyle } from './page-style.ts';

/**
 * The incident report as one page that needs nothing else: no network, no files beside it. Its own script and style
 * are named by their hashes in the Content-Security-Policy, so that no other can run or be loaded.
 */
export const htmlReport: Reporter = {
  id: 'html',
  render: async (report, catalog) => [{ path: 'report.html', content: await page(report, catalog) }],
};

const page = async (report: Report, catalog: Catalog): Promise<string> => {
  const charts: ChartData[] = [];
  const names = reportPanels(report, catalog).map((panels, run) =>
    Object.fromEntries(
      Object.entries(panels).map(([id, panel]) => [id, String(charts.push(chartData(panel, run)) - 1)]),
    ),
  );
  const { html, incident } = catalog;
  const data = { charts, words: { hint: html.chartHint, reset: html.resetZoom } };
  const body = renderHtml(incidentBlocks(report, catalog, names), ({ alt, name }) =>
    figure(alt, charts[Number(name)], Number(name), catalog),
  );
  const title = htmlText(incident.titles[report.notes?.kind ?? 'incident']);
  const json = jsonInScript(data);
  const style = pageStyle + (await fontStyle(title + body + json));
  return [
    '<!doctype html>',
    `<html lang="${catalog.id}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(style)}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${title}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<main>',
    body,
    '</main>',
    `<script type="application/json" id="chart-data">${json}</script>`,
    `<script>${pageScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
};

const figure = (alt: string, chart: ChartData | undefined, id: number, { html }: Catalog): string =>
  chart === undefined
    ? ''
    : `<figure data-chart="${id}"><figcaption>${inlineHtml(alt)}<small>${htmlText(chart.subtitle)}</small></figcaption><noscript><p>${htmlText(html.needsScript)}</p></noscript></figure>`;

const pageScript = `(${drawCharts.toString()})(document, ${elapsedText.toString()});`;

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Fonts come from the page itself alone; it has none but its own, for what stands in a style sheet is named by its hash. */
const policyOf = (style: string): string =>
  [
    "default-src 'none'",
    `script-src ${sha256(pageScript)}`,
    `style-src ${sha256(style)}`,
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

/** No text in it can end the element, nor begin a comment in it. */
const jsonInScript = (value: unknown): string =>
  JSON.stringify(value)
    .toWellFormed()
    .replaceAll('<', String.raw`\u003c`);
