import { accessSync, constants, existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { KnownError, messageOf } from '../core/errors.ts';
import { journalFileName } from '../core/record/journal-writer.ts';

export type RunPlace = { readonly runId: string; readonly folder: string };

/** `<out>/<utc-start>-<scenario>`, made and so reserved; a second run in the same second gets a number. */
export const reserveRunFolder = (out: string, scenario: string, startedAt: Date): RunPlace =>
  reserveFolder(out, `${utcStamp(startedAt)}-${scenario}`);

/** Makes `<out>/<stem>`, with a number behind it where that is taken, so that of two programs each has its own. */
export const reserveFolder = (out: string, stem: string): RunPlace => {
  for (let count = 1; ; count += 1) {
    const runId = count === 1 ? stem : `${stem}-${count}`;
    const folder = resolve(out, runId);
    try {
      mkdirSync(folder);
      return { runId, folder };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(folder, error);
    }
  }
};

/** Whether a run came as far as its journal, from which a report can be written. */
export const hasJournal = (folder: string): boolean => existsSync(join(folder, journalFileName));

/** Takes a reserved folder away again if nothing was put into it. */
export const releaseRunFolder = ({ folder }: RunPlace): void => {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it, as after any run that came as far as its load.
  }
};

/** `20260314T052653Z` */
export const utcStamp = (date: Date): string => `${date.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** Makes sure before any work that files can be put below this folder. */
export const requireWritable = (folder: string): void => {
  const path = resolve(folder);
  let place = path;
  while (!existsSync(place)) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
};

const unwritable = (path: string, cause: unknown): KnownError =>
  new KnownError('output-unwritable', `cannot write to ${path}: ${messageOf(cause)}`, {
    remedy: 'give another folder with --out, or make this one writable',
    cause,
  });

export const runsFolder = (out: string | undefined): string => out ?? 'runs';

/** Where k6's console text lies in a run folder. */
export const consolePath = (folder: string): string => join(folder, 'k6', 'console.txt');
