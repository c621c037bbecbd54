import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { partition } from '../../fixtures/build-record.ts';
import { inBlocks, samplesIn, type PlacedSample } from '../record/offset-samples.ts';
import { createTailWatch, type ReadTail } from './tail-watch.ts';

const reading = (committed: number, end: number, index = 0): PlacedSample => {
  const { samples, ...of } = partition([[0, committed, end]], { partition: index });
  const [sample] = samples;
  assert.ok(sample);
  return { ...of, sample };
};

const watch = (answer: ReadTail = async () => true) => {
  const looks: string[] = [];
  const mark = createTailWatch(async (of, from, to) => {
    looks.push(`${of.partition}: ${from}-${to}`);
    return answer(of, from, to);
  });
  const flags = async (...seen: PlacedSample[]): Promise<boolean[]> =>
    samplesIn(await mark(inBlocks(seen))).map(({ sample }) => sample.isMarkersOnly === true);
  return { looks, flags };
};

describe('what stands behind the committed offset', () => {
  it('is looked at once, after it has stood still for three readings', async () => {
    const { looks, flags } = watch();
    const seen = [];
    for (let tick = 0; tick < 5; tick += 1) seen.push(...(await flags(reading(99, 100))));
    assert.deepEqual(seen, [false, false, true, true, true]);
    assert.deepEqual(looks, ['0: 99-100']);
  });

  it('counts as messages again as soon as anything moves', async () => {
    const { flags } = watch();
    for (let tick = 0; tick < 3; tick += 1) await flags(reading(99, 100));
    assert.deepEqual(await flags(reading(99, 101)), [false]);
  });

  it('is looked at again where it was gone meanwhile: it may be another log', async () => {
    const { looks, flags } = watch();
    for (let tick = 0; tick < 3; tick += 1) await flags(reading(99, 100));
    assert.deepEqual(await flags(reading(0, 0)), [false]);
    const seen = [];
    for (let tick = 0; tick < 3; tick += 1) seen.push(...(await flags(reading(99, 100))));
    assert.deepEqual(seen, [false, false, true]);
    assert.deepEqual(looks, ['0: 99-100', '0: 99-100']);
  });

  it('is what it was where its partition could not be read meanwhile', async () => {
    const { looks, flags } = watch();
    for (let tick = 0; tick < 3; tick += 1) await flags(reading(99, 100), reading(5, 5, 1));
    assert.deepEqual(await flags(reading(5, 5, 1)), [false]);
    assert.deepEqual(await flags(reading(99, 100), reading(5, 5, 1)), [true, false]);
    assert.equal(looks.length, 1);
  });

  it('is not looked at where a backlog is long, gone, or moving', async () => {
    const { looks, flags } = watch();
    for (let tick = 0; tick < 5; tick += 1)
      await flags(reading(0, 1000), reading(100, 100, 1), reading(tick, 50, 2));
    assert.deepEqual(looks, []);
  });

  it('counts as messages where it cannot be read', async () => {
    const { looks, flags } = watch(async () => Promise.reject(new Error('TOPIC_AUTHORIZATION_FAILED')));
    for (let tick = 0; tick < 5; tick += 1) assert.deepEqual(await flags(reading(99, 100)), [false]);
    assert.equal(looks.length, 1);
  });

  it('costs at most four looks a tick', async () => {
    const { looks, flags } = watch();
    const all = Array.from({ length: 10 }, (_, index) => reading(99, 100, index));
    for (let tick = 0; tick < 3; tick += 1) await flags(...all);
    assert.equal(looks.length, 4);
  });
});
