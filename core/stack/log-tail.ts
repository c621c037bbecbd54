import { readFile } from 'node:fs/promises';

const tellsTheCause = /\b(?:ERROR|FATAL|SEVERE)\b|exception|error|cannot|failed|denied|in use/i;
const maxLength = 300;

/**
 * The line among a log's last ones that most likely says why a program ended: the last `Caused by`, else the
 * last line that speaks of an error, else the last line. Undefined if there is no log or nothing in it.
 */
export const causeInLog = async (...files: readonly string[]): Promise<string | undefined> => {
  const texts = await Promise.all(files.map(read));
  const lines = texts
    .flatMap((text) => text.split('\n').slice(-200))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at '));
  const line =
    lines.findLast((each) => each.startsWith('Caused by')) ??
    lines.findLast((each) => tellsTheCause.test(each)) ??
    lines.at(-1);
  return line?.slice(0, maxLength);
};

const read = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
};
