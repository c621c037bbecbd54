import assert from 'node:assert/strict';
import test from 'node:test';
import { reportDocumentSchema } from '../core/report-document.ts';
import { healthyStory, incidentStory, interruptedStory, noDataStory } from '../fixtures/report-stories.ts';
import { jsonReport } from './json-report.ts';
import { locales } from './locales/index.ts';

test('report.json holds the document, valid by its schema, with a line feed at the end', async () => {
  for (const story of [incidentStory, healthyStory, noDataStory, interruptedStory]) {
    const report = story();
    const [file] = await jsonReport.render(report, locales.ko);
    assert.equal(file?.path, 'report.json');
    const text = String(file?.content);
    assert.ok(text.endsWith('}\n'));
    assert.deepEqual(reportDocumentSchema.parse(JSON.parse(text)), report.document);
  }
});
