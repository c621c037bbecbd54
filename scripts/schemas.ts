// Writes the JSON Schemas that are published with the package, and the description of the reference service's API: node scripts/run.mjs scripts/schemas.ts
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { configSchema } from '../cli/config/config-schema.ts';
import { capacityDocumentSchema } from '../core/capacity/capacity-document.ts';
import { checkDocumentSchema } from '../core/claims/check-document.ts';
import { compareDocumentSchema } from '../core/compare/compare-document.ts';
import { historyDocumentSchema } from '../core/compare/history-document.ts';
import { reportDocumentSchema } from '../core/report-document.ts';
import { watchLineSchema } from '../core/watch/watch-line.ts';
import { openApiDocument } from '../reference-service/openapi-document.ts';

/** Path from the package's root, and what is to stand there. */
export const publishedSchemas = async (): Promise<readonly (readonly [path: string, text: string])[]> => [
  ['docs/schema/report.schema.json', textOf(reportDocumentSchema, 'report.json of lagline')],
  ['docs/schema/config.schema.json', textOf(configSchema, 'config file of lagline')],
  ['docs/schema/plan.schema.json', textOf(capacityDocumentSchema, 'what lagline plan --json prints')],
  ['docs/schema/compare.schema.json', textOf(compareDocumentSchema, 'what lagline compare --json prints')],
  [
    'docs/schema/history.schema.json',
    textOf(historyDocumentSchema, 'what lagline compare --history --json prints'),
  ],
  ['docs/schema/check.schema.json', textOf(checkDocumentSchema, 'what lagline report --check --json prints')],
  ['docs/schema/watch.schema.json', textOf(watchLineSchema, 'one line of lagline watch --json')],
  ['docs/openapi.json', `${JSON.stringify(await openApiDocument(), null, 2)}\n`],
];

const textOf = (schema: z.ZodType, title: string): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { target: 'draft-2020-12' }) }, null, 2)}\n`;

if (import.meta.main) {
  for (const [path, text] of await publishedSchemas()) {
    const target = join(import.meta.dirname, '..', path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}
