import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { KnownError, messageOf } from '../core/errors.ts';

export type RunPlace = { readonly runId: string; readonly folder: string };

/** `<out>/<utc-start>-<scenario>`; a second run in the same second gets a number. Nothing is created. */
export const chooseRunFolder = (out: string, scenario: string, startedAt: Date): RunPlace => {
  const stem = `${utcStamp(startedAt)}-${scenario}`;
  for (let count = 1; ; count += 1) {
    const runId = count === 1 ? stem : `${stem}-${count}`;
    const folder = resolve(out, runId);
    if (!existsSync(folder)) return { runId, folder };
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
    throw new KnownError('output-unwritable', `cannot write to ${path}: ${messageOf(error)}`, {
      remedy: 'give another folder with --out, or make this one writable',
      cause: error,
    });
  }
};

export const runsFolder = (out: string | undefined): string => out ?? 'runs';

/** Where k6's console text lies in a run folder. */
export const consolePath = (folder: string): string => join(folder, 'k6', 'console.txt');
