import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';

/** Size of the young generation, in bytes, of another Node before and after three million objects outlive its collections. */
const sizesOf = (begin: string): readonly [before: number, after: number] => {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    const size = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
    ${begin}
    const before = size();
    const kept = Array.from({ length: 3e6 }, (_, index) => ({ index }));
    console.log(JSON.stringify([before, size(), kept.length]));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  const [before, after] = JSON.parse(stdout) as [number, number];
  return [before, after];
};

it('the young generation stays as small as it is, where it would grow', () => {
  const module = new URL('heap-settings.ts', import.meta.url).href;
  const [before, after] = sizesOf(
    `const { keepHeapSmall } = await import(${JSON.stringify(module)}); keepHeapSmall();`,
  );
  const [, grown] = sizesOf('');
  // Its second half is only there once something was collected.
  assert.ok(after <= 2 * before, `${before} ${after}`);
  assert.ok(grown > 30e6, String(grown));
});
