import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { scriptDigest } from './script-digest.ts';

const folderOf = (t: TestContext, files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'lagline-digest-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'lib'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

const files = {
  'main.js': `import http from 'k6/http';
import { users } from "./lib/users.js";
const data = JSON.parse(open("./data.json"));
export default () => http.get(data.url + users());
`,
  'lib/users.js': `import './more.js'\nimport '../main.js';\nexport const users = () => '?u=1';`,
  'lib/more.js': `export default 1;`,
  'data.json': `{"url":"http://127.0.0.1"}`,
  'unused.js': `export default 2;`,
};

test('a script has another digest when it or any local file that it names has changed', (t) => {
  const folder = folderOf(t, files);
  const script = join(folder, 'main.js');
  const before = scriptDigest(script);
  assert.match(before ?? '', /^[0-9a-f]{64}$/);
  writeFileSync(join(folder, 'unused.js'), 'export default 3;');
  assert.equal(scriptDigest(script), before);
  for (const name of ['main.js', 'lib/users.js', 'lib/more.js', 'data.json'] as const) {
    writeFileSync(join(folder, name), `${files[name]} `);
    assert.notEqual(scriptDigest(script), before, name);
    writeFileSync(join(folder, name), files[name]);
  }
  assert.equal(scriptDigest(script), before);
});

test('a copy of the folder has the same digest, and what is not there has none', (t) => {
  const [folder, other] = [folderOf(t, files), folderOf(t, {})];
  cpSync(folder, other, { recursive: true });
  assert.equal(scriptDigest(join(other, 'main.js')), scriptDigest(join(folder, 'main.js')));
  assert.equal(scriptDigest(join(folder, 'gone.js')), null);
  rmSync(join(other, 'data.json'));
  assert.notEqual(scriptDigest(join(other, 'main.js')), scriptDigest(join(folder, 'main.js')));
});

test('the shipped scenarios include what they share', (t) => {
  const scenarios = join(import.meta.dirname, '..', '..', 'scenarios');
  const other = folderOf(t, {});
  cpSync(scenarios, other, { recursive: true });
  const script = join(other, 'peak.ts');
  assert.equal(scriptDigest(script), scriptDigest(join(scenarios, 'peak.ts')));
  writeFileSync(join(other, 'lib', 'load-shapes.ts'), '// other loads');
  assert.notEqual(scriptDigest(script), scriptDigest(join(scenarios, 'peak.ts')));
});
