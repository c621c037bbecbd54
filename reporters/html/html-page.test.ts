import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { hostileReport, hostileTexts } from '../../fixtures/hostile-report.ts';
import { chromiumForTest } from '../../fixtures/real-chromium.ts';
import { incidentStory } from '../../fixtures/report-stories.ts';
import { locales } from '../locales/index.ts';
import { elapsedText } from '../locales/time-format.ts';
import type { Report } from '../reporter.ts';
import { htmlReport } from './html-report.ts';

const { needed, open } = chromiumForTest();

type Seen = { readonly page: Page; readonly requests: string[]; readonly complaints: string[] };

/** The report of a story, opened from a file; what it asks for and complains about is written down. */
const withPage = async (report: Report, look: (seen: Seen) => Promise<void>): Promise<void> => {
  const [file] = await htmlReport.render(report, locales.ko);
  const folder = mkdtempSync(join(tmpdir(), 'lagline-html-'));
  const context = await (await open()).newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const [requests, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const path = join(folder, 'report.html');
    writeFileSync(path, String(file?.content));
    await page.goto(pathToFileURL(path).href);
    await look({ page, requests, complaints });
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Browser code comes as text: lagline's own types know no DOM. */
const inPage = async (page: Page, expression: string): Promise<unknown> => await page.evaluate(expression);

/** How many pixels of a picture have a colour, as lines have and axes have not. */
const inkOf = async (page: Page, png: Buffer): Promise<number> =>
  (await page.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let coloured = 0;
    for (let at = 0; at < data.length; at += 4)
      if (Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 60) coloured += 1;
    return coloured;
  })()`)) as number;

describe('report.html in a browser', needed, () => {
  it('asks for nothing, breaks no policy and complains of nothing; every chart has ink', async () => {
    await withPage(incidentStory(), async ({ page, requests, complaints }) => {
      const blank = await (await open()).newPage();
      const figures = page.locator('figure[data-chart]');
      assert.equal(await figures.count(), 12);
      for (const figure of await figures.locator('> svg').all())
        assert.ok((await inkOf(blank, await figure.screenshot())) > 300);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith('file:')),
        [],
      );
      assert.equal(requests.length, 1);
      assert.deepEqual(complaints, []);
    });
  });

  it('brings the glyphs of its Korean text along', async () => {
    await withPage(incidentStory(), async ({ page }) => {
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('DOM.enable');
      await devtools.send('CSS.enable');
      const { root } = await devtools.send('DOM.getDocument', { depth: 1 });
      const fontsOf = async (selector: string) => {
        const { nodeId } = await devtools.send('DOM.querySelector', { nodeId: root.nodeId, selector });
        return (await devtools.send('CSS.getPlatformFontsForNode', { nodeId })).fonts;
      };
      await inPage(page, 'document.fonts.ready.then(() => undefined)');
      const letters = (await page.locator('h1').innerText()).replaceAll(/[^가-힣]/g, '').length;
      for (const selector of ['h1', 'table td', 'figure text']) {
        const brought = (await fontsOf(selector)).filter(({ isCustomFont }) => isCustomFont);
        assert.deepEqual(
          brought.map(({ familyName }) => familyName),
          ['NanumGothic'],
          selector,
        );
        if (selector === 'h1') assert.equal(brought[0]?.glyphCount, letters);
      }
    });
  });

  it('shows the values at the pointer, with the time, and hides them when it leaves', async () => {
    await withPage(incidentStory(), async ({ page, complaints }) => {
      const chart = page.locator('figure[data-chart] > svg').first();
      await chart.hover({ position: { x: 300, y: 100 } });
      const tip = chart.locator('.tip');
      const text = await tip.locator('text').allTextContents();
      assert.match(text[0] ?? '', /^\d+:\d\d$/);
      assert.ok(
        text.some((line) => /^요청: [\d,.]+$/.test(line)),
        text.join(),
      );
      await page.mouse.move(5, 5);
      assert.equal(await tip.count(), 0);
      await chart.focus();
      await page.keyboard.press('ArrowRight');
      assert.equal(await tip.count(), 1);
      assert.deepEqual(complaints, []);
    });
  });

  it('zooms all charts of a run by dragging, and goes back', async () => {
    await withPage(incidentStory(), async ({ page, complaints }) => {
      const ticks = async (id: number) =>
        (await page.locator(`figure[data-chart="${id}"] > svg > text`).allTextContents()).filter((text) =>
          /^\d+:\d\d$/.test(text),
        );
      const chart = page.locator('figure[data-chart="0"] > svg');
      const other = page
        .locator('figure[data-chart]')
        .count()
        .then((count) => count - 1);
      const [before, beforeOther] = [await ticks(1), await ticks(await other)];
      await chart.scrollIntoViewIfNeeded();
      const box = await chart.boundingBox();
      assert.ok(box !== null);
      await page.mouse.move(box.x + box.width * 0.3, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.4, box.y + 100, { steps: 4 });
      await page.mouse.up();
      const zoomed = await ticks(1);
      assert.notDeepEqual(zoomed, before);
      assert.ok(!zoomed.includes(elapsedText(0)));
      assert.deepEqual(await ticks(await other), beforeOther);
      await page.locator('figure[data-chart="1"] .reset').click();
      assert.deepEqual(await ticks(1), before);
      assert.deepEqual(complaints, []);
    });
  });

  it('hides a line by its legend', async () => {
    await withPage(incidentStory(), async ({ page }) => {
      const figure = page.locator('figure[data-chart="0"]');
      const lines = figure.locator('> svg path.line');
      const before = await lines.count();
      await figure.locator('.legend button').first().click();
      assert.equal(await lines.count(), before - 1);
      assert.equal(await figure.locator('.legend button').first().getAttribute('aria-pressed'), 'false');
    });
  });

  it('is readable on paper: light, nothing cut off, charts within the page', async () => {
    await withPage(incidentStory(), async ({ page }) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await page.setViewportSize({ width: 700, height: 990 });
      assert.equal(
        await inPage(page, 'getComputedStyle(document.body).backgroundColor'),
        'rgb(255, 255, 255)',
      );
      assert.equal(await inPage(page, 'document.documentElement.scrollWidth <= innerWidth'), true);
      assert.equal(
        await inPage(
          page,
          `[...document.querySelectorAll('pre, .scroll, figure')].every((each) => each.scrollWidth <= each.clientWidth + 1)`,
        ),
        true,
      );
      const pdf = await page.pdf({ format: 'A4' });
      assert.ok(pdf.length > 20_000);
    });
  });

  it('is dark where the reader wants it', async () => {
    await withPage(incidentStory(), async ({ page }) => {
      await page.emulateMedia({ colorScheme: 'dark' });
      assert.equal(await inPage(page, 'getComputedStyle(document.body).backgroundColor'), 'rgb(20, 23, 27)');
    });
  });

  it('runs nothing that a topic, a check or an error says', async () => {
    for (const text of [...hostileTexts.slice(0, 4), hostileTexts.join(' ')])
      await withPage(hostileReport(text), async ({ page, requests, complaints }) => {
        assert.equal(requests.length, 1, text);
        assert.deepEqual(complaints, [], text);
        assert.equal(await page.locator('main img, main svg[onload], main a').count(), 0);
        assert.ok((await page.locator('figure[data-chart] > svg').count()) > 0);
      });
  });
});
