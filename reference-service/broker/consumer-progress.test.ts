import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConsumerProgress } from './consumer-progress.ts';

test('fetching nothing is progress, but not while a delivery stands still', () => {
  let now = 0;
  const progress = createConsumerProgress(() => now);
  assert.equal(progress.lastMs(), undefined);
  now = 10;
  progress.idle();
  assert.equal(progress.lastMs(), 10);
  now = 20;
  const delivery = progress.begin();
  now = 30;
  progress.idle();
  assert.equal(progress.lastMs(), 20);
  delivery.advance();
  assert.equal(progress.lastMs(), 30);
  delivery.end();
  now = 40;
  progress.idle();
  assert.equal(progress.lastMs(), 40);
});

test('one partition that stands still is not hidden by another that moves', () => {
  let now = 0;
  const progress = createConsumerProgress(() => now);
  const stuck = progress.begin();
  const moving = progress.begin();
  now = 60;
  moving.advance();
  assert.equal(progress.lastMs(), 0);
  stuck.end();
  assert.equal(progress.lastMs(), 60);
});

test('a delivery that ends without having advanced is no progress', () => {
  let now = 0;
  const progress = createConsumerProgress(() => now);
  progress.idle();
  now = 50;
  progress.begin().end();
  assert.equal(progress.lastMs(), 0);
});
