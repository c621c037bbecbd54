import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';

/** Specifiers of files beside the script, where they stand as they are: imports, `require` and k6's `open`. */
const localFile =
  /(?:\bfrom|\bimport|\brequire\s*\(|\bopen\s*\(|\bimport\s*\()\s*(['"])(\.{0,2}\/[^'"\n]+|file:\/\/[^'"\n]+)\1/g;
const isScript = /\.[cm]?[jt]s$/;

/**
 * SHA-256, in hex, over a k6 script and every local file that it names in an import, a `require` or an `open`, and
 * those that these name; by their places seen from the script, so that a copy of the folder has the same. Null where the script cannot be
 * read. What the script puts together at run time, packages and URLs are not in it.
 */
export const scriptDigest = (script: string): string | null => {
  const found = new Map<string, string>();
  collect(resolve(script), found);
  if (!found.has(resolve(script))) return null;
  const digest = createHash('sha256');
  const from = dirname(resolve(script));
  const byPlace = [...found]
    .map(([path, hash]) => [relative(from, path).split(sep).join('/'), hash])
    .sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
  for (const [place, hash] of byPlace) digest.update(`${place}\0${hash}\n`);
  return digest.digest('hex');
};

const collect = (path: string, found: Map<string, string>): void => {
  if (found.has(path) || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return;
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch {
    // k6 will say so, where it needs it.
    return;
  }
  found.set(path, createHash('sha256').update(content).digest('hex'));
  if (!isScript.test(path)) return;
  for (const [, , named = ''] of content.toString('utf8').matchAll(localFile))
    collect(resolve(dirname(path), named.replace(/^file:\/\//, '')), found);
};
