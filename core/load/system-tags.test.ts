import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMetricSelector } from '../threshold-expression.ts';
import { neededSystemTags } from './system-tags.ts';

const systemTags = ['check', 'expected_response', 'group', 'method', 'name', 'scenario', 'status', 'url'];
const always = ['check', 'expected_response', 'group', 'scenario'];

test('tags that nobody asks for are left out, above all the address of each request', () => {
  assert.deepEqual(neededSystemTags({ scenarios: [], systemTags, thresholds: ['http_reqs'] }), always);
});

test('what a threshold of the script is on stays, however it is written', () => {
  for (const threshold of ['http_reqs{name:order}', `http_reqs{ "name" : 'a,b' }`, 'http reqs/s{name:x{}}'])
    assert.deepEqual(neededSystemTags({ scenarios: [], systemTags, thresholds: [threshold] }), [
      'check',
      'expected_response',
      'group',
      'name',
      'scenario',
    ]);
});

test('what a rule is on stays', () => {
  const parts = [parseMetricSelector('http_req_duration{status:200,method:POST}')];
  const needed = neededSystemTags({ scenarios: [], systemTags, thresholds: [] }, parts);
  assert.deepEqual(needed, ['check', 'expected_response', 'group', 'method', 'scenario', 'status']);
});

test('a tag that the script has turned off stays off, and a k6 that does not say which it has keeps its own', () => {
  assert.deepEqual(neededSystemTags({ scenarios: [], systemTags: ['url'], thresholds: [] }), []);
  assert.equal(neededSystemTags({ scenarios: [], systemTags: null, thresholds: [] }), undefined);
});
