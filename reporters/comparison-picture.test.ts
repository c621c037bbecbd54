import assert from 'node:assert/strict';
import test from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { compareMetrics } from '../core/compare/build-comparison.ts';
import { aComparison } from '../fixtures/comparison-story.ts';
import { aHistory } from '../fixtures/history-story.ts';
import { verdictColours } from './charts/sheet.ts';
import { comparisonPicture, drawnMetrics } from './comparison-picture.ts';
import { historyPicture, shownMetrics } from './history-picture.ts';
import { locales } from './locales/index.ts';

/** How many pixels of a picture have a colour, and how high it is. */
const lookAt = async (png: Uint8Array) => {
  const image = await loadImage(Buffer.from(png));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const pixelsOf = (colour: string): number => {
    const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    let count = 0;
    for (let at = 0; at < data.length; at += 4)
      if (wanted.every((part, index) => Math.abs(part - (data[at + index] ?? 0)) < 8)) count += 1;
    return count;
  };
  return { height: image.height, pixelsOf };
};

test('the picture of a comparison has a row for each change that is a share, in the colour of its verdict', async () => {
  const document = aComparison();
  const all = await lookAt(await comparisonPicture(document, locales.ko));
  assert.equal(drawnMetrics(document).length, 3);
  assert.ok(all.pixelsOf(verdictColours.regression) > 200);
  assert.equal(all.pixelsOf(verdictColours.improvement), 0);
  const [first] = document.metrics;
  assert.ok(first !== undefined);
  const one = await lookAt(await comparisonPicture({ ...document, metrics: [first] }, locales.ko));
  assert.equal(all.height - one.height, 2 * 58);
});

test('the picture of a comparison can be drawn where intervals are unknown and changes beyond all bounds', async () => {
  const side = (...values: readonly number[]) => values.map((value) => ({ value, isBound: false }));
  const { metrics } = compareMetrics(
    [{ metric: 'm', unit: 'ms', better: 'lower', base: side(1), candidate: side(1000) }],
    { alpha: 0.05, minEffect: 0.05, metrics: [], intervals: true },
  );
  const picture = await lookAt(await comparisonPicture({ ...aComparison(), metrics }, locales.en));
  assert.ok(picture.pixelsOf(verdictColours.neither) > 100);
});

test('the picture of a history shows what changed first, each change in the colour of its verdict', async () => {
  const document = aHistory();
  assert.deepEqual(
    shownMetrics(document).map(({ metric }) => metric),
    ['http_req_duration p(95)', 'http_reqs rate', 'kafka_drain{group:<b>|x,topic:t} value'],
  );
  const picture = await lookAt(await historyPicture(document, locales.ko));
  assert.ok(picture.pixelsOf(verdictColours.regression) > 100);
  assert.ok(picture.pixelsOf(verdictColours.improvement) > 100);
});

test('the same data give the same bytes', async () => {
  const [one, other] = [aComparison(), aComparison()];
  assert.deepEqual(await comparisonPicture(one, locales.ko), await comparisonPicture(other, locales.ko));
  assert.deepEqual(
    await historyPicture(aHistory(), locales.en),
    await historyPicture(aHistory(), locales.en),
  );
});
