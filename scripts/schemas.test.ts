import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { publishedSchemas } from './schemas.ts';

for (const [path, text] of await publishedSchemas()) {
  it(`${path} is what the code says (npm run schemas writes it anew)`, () => {
    assert.equal(readFileSync(join(import.meta.dirname, '..', path), 'utf8'), text);
  });
}
