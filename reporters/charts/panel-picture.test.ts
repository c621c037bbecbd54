import assert from 'node:assert/strict';
import test from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { faultyStory } from '../../fixtures/faulty-story.ts';
import { incidentStory, interruptedStory, noDataStory } from '../../fixtures/report-stories.ts';
import { locales } from '../locales/index.ts';
import type { Panel } from './panel.ts';
import { panelPicture, pictureSize, plotEdges } from './panel-picture.ts';
import { panelIds, runPanels } from './run-panels.ts';
import { timeLagPanel } from './time-lag-panel.ts';

type Area = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** Rows that belong to the plot in every panel. */
const plot: Area = { ...plotEdges, top: 90, bottom: 345 };
const titleArea: Area = { left: 0, top: 0, right: 700, bottom: 34 };
const bandLabels: Area = { ...plotEdges, top: 62, bottom: 81 };
const legendArea: Area = { left: 0, top: 415, right: pictureSize.width, bottom: pictureSize.height };

const pixelsOf = async (panel: Panel) => {
  const image = await loadImage(Buffer.from(await panelPicture(panel)));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  assert.deepEqual([image.width, image.height], [pictureSize.width, pictureSize.height]);
  return (area: Area, matches: (red: number, green: number, blue: number) => boolean): number => {
    const { data } = context.getImageData(
      area.left,
      area.top,
      area.right - area.left,
      area.bottom - area.top,
    );
    let count = 0;
    for (let index = 0; index < data.length; index += 4) {
      if (matches(data[index] ?? 0, data[index + 1] ?? 0, data[index + 2] ?? 0)) count += 1;
    }
    return count;
  };
};

const isInk = (red: number, green: number, blue: number): boolean => red + green + blue < 600;

const isColour = (hex: string) => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return (r: number, g: number, b: number): boolean =>
    Math.abs(r - red) + Math.abs(g - green) + Math.abs(b - blue) < 24;
};

const panelsOf = (story: typeof incidentStory, run = 0) => {
  const record = story().runs[run]?.record;
  assert.ok(record !== undefined);
  return { ...runPanels(record, locales.ko), ...timeLagPanel(record, locales.ko) };
};

for (const id of [...panelIds, 'time-lag'] as const) {
  test(`the ${id} picture shows every one of its lines in the plot and in the legend`, async () => {
    const panel = panelsOf(incidentStory, 1)[id];
    assert.ok(panel);
    const count = await pixelsOf(panel);
    assert.ok(panel.lines.length >= 2);
    for (const { label, style } of panel.lines) {
      const isLine = isColour(style.colour);
      // A line at 0 lies on the axis, half of it below the plot.
      assert.ok(count({ ...plot, bottom: 356 }, isLine) > 20, `${label} in the plot`);
      assert.ok(count(legendArea, isLine) > 10, `${label} in the legend`);
    }
  });

  test(`the Korean labels of the ${id} picture leave ink where a picture without them has none`, async () => {
    const panel = panelsOf(incidentStory)[id];
    assert.ok(panel);
    const [labelled, blank] = [
      await pixelsOf(panel),
      await pixelsOf({
        ...panel,
        title: '',
        timeline: { ...panel.timeline, bands: panel.timeline.bands.map((band) => ({ ...band, labels: [] })) },
      }),
    ];
    assert.ok(labelled(titleArea, isInk) > 300);
    assert.equal(blank(titleArea, isInk), 0);
    assert.ok(labelled(bandLabels, isInk) > blank(bandLabels, isInk) + 100);
  });
}

test('a run without data says so instead of drawing a line', async () => {
  const panel = panelsOf(noDataStory).lag;
  assert.deepEqual(panel.lines, []);
  const count = await pixelsOf(panel);
  assert.ok(count({ left: 600, right: 800, top: 215, bottom: 260 }, isInk) > 100);
});

test('a gap stays a gap', async () => {
  const panel = panelsOf(interruptedStory).lag;
  const count = await pixelsOf(panel);
  const { left, right } = plotEdges;
  const at = (elapsedMs: number): number =>
    Math.round(left + ((right - left) * elapsedMs) / panel.timeline.durationMs);
  const produced = isColour(panel.lines[0]?.style.colour ?? '');
  assert.equal(count({ ...plot, left: at(31_000), right: at(37_000) }, produced), 0);
  assert.ok(count({ ...plot, left: at(40_000), right: at(60_000) }, produced) > 100);
});

test('a fault is a band over the time it was there, with its name; a moment is a line', async () => {
  const panel = panelsOf(faultyStory).latency;
  const bands = panel.timeline.bands.filter(({ kind }) => kind === 'fault');
  assert.deepEqual(
    bands.map(({ fromMs, toMs, labels }) => [fromMs, toMs, labels[0]]),
    [
      [60_004, 120_006, 'postgres.latency=200ms'],
      [90_003, panel.timeline.durationMs, 'redis.down'],
      [180_002, 180_002, 'consumer.crash'],
    ],
  );
  assert.match(panel.subtitle, /주황 띠 = 주입한 장애/);
  const { left, right } = plotEdges;
  const at = (elapsedMs: number): number =>
    Math.round(left + ((right - left) * elapsedMs) / panel.timeline.durationMs);
  const area = { ...plot, left: at(62_000), right: at(85_000) };
  const isReddish = (red: number, green: number, blue: number): boolean => red - blue > 15 && green > 150;
  const [faulty, blank] = [
    await pixelsOf(panel),
    await pixelsOf({
      ...panel,
      timeline: { ...panel.timeline, bands: panel.timeline.bands.filter(({ kind }) => kind !== 'fault') },
    }),
  ];
  assert.ok(faulty(area, isReddish) > 5000 && blank(area, isReddish) < 500);
  const before = { ...plot, left: at(30_000), right: at(55_000) };
  assert.equal(faulty(before, isReddish), blank(before, isReddish));
});

test('all panels of a run have their plots exactly below each other', async () => {
  const isShade = isColour('#E9F1F7');
  for (const panel of Object.values(panelsOf(incidentStory))) {
    const count = await pixelsOf(panel);
    assert.equal(count({ ...plot, left: plotEdges.left - 5, right: plotEdges.left - 1 }, isShade), 0);
    assert.ok(count({ ...plot, right: plotEdges.left + 6 }, isShade) > 500);
  }
});

test('a gap of Kafka is not hatched over what k6 measured all along', () => {
  const panels = panelsOf(interruptedStory);
  const gaps = (panel: Panel) => panel.timeline.bands.filter(({ kind }) => kind === 'gap').length;
  assert.deepEqual([gaps(panels.lag), gaps(panels.latency)], [1, 0]);
});
