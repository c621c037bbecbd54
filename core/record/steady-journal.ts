import { KnownError, messageOf } from '../errors.ts';
import type { JournalWriter } from './journal-writer.ts';

/** A journal whose writes never throw: the first that fails, as on a full disk, aborts `failed` and is the last. */
export type SteadyJournal = JournalWriter & {
  /** Its reason is the KnownError to end the run with. */
  readonly failed: AbortSignal;
};

/** Opens a journal that does not take a running load down with it. Throws a KnownError where it cannot be begun. */
export const openSteadyJournal = (runFolder: string, open: () => JournalWriter): SteadyJournal => {
  const failing = new AbortController();
  const unwritable = (cause: unknown): KnownError =>
    cause instanceof KnownError
      ? cause
      : new KnownError(
          'output-unwritable',
          `the journal in ${runFolder} cannot be written any more: ${messageOf(cause)}`,
          { remedy: `make room there; what was written can be read by lagline report ${runFolder}`, cause },
        );
  let journal: JournalWriter;
  try {
    journal = open();
  } catch (error) {
    throw unwritable(error);
  }
  const attempt = (write: () => void): void => {
    if (failing.signal.aborted) return;
    try {
      write();
    } catch (error) {
      failing.abort(unwritable(error));
    }
  };
  return {
    write: (entry) => attempt(() => journal.write(entry)),
    observe: (observations) => attempt(() => journal.observe(observations)),
    close: () => attempt(() => journal.close()),
    failed: failing.signal,
  };
};
