import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readRecord } from '../../core/record/journal-reader.ts';
import type { Rebuilt } from './compare.ts';

const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

export type RebuildRequest = {
  readonly broker: string;
  readonly group: string;
  readonly topic: string;
  /** ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly out: string;
};

/** The command as a user calls it, timed from its start to its end, report and pictures included. */
export const rebuild = async (request: RebuildRequest): Promise<Rebuilt> => {
  const { broker, group, topic, fromMs, toMs, out } = request;
  const iso = (epochMs: number): string => new Date(epochMs).toISOString();
  const startedMs = performance.now();
  await promisify(execFile)(process.execPath, [
    main,
    'reconstruct',
    `--brokers=${broker}`,
    `--group=${group}`,
    `--topic=${topic}`,
    `--from=${iso(fromMs)}`,
    `--to=${iso(toMs)}`,
    '--step=1s',
    `--out=${out}`,
    '--quiet',
  ]);
  const tookMs = performance.now() - startedMs;
  const [folder] = readdirSync(out);
  if (folder === undefined) throw new Error(`lagline reconstruct left nothing in ${out}`);
  return { record: await readRecord(join(out, folder)), tookMs };
};
