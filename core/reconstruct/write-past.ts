import { beginJournal, type JournalHead } from '../record/begin-journal.ts';
import type { Observation } from '../record/observation.ts';
import type { Gap } from '../record/run-record.ts';
import type { Past, Period } from './read-past.ts';

export type PastMetrics = { readonly observations: readonly Observation[]; readonly gaps: readonly Gap[] };

/** Writes the journal of an ordinary run folder: the readings, what is missing and why, and what Prometheus knew. */
export const writePast = (head: JournalHead, period: Period, past: Past, metrics: PastMetrics): void => {
  const journal = beginJournal(head, { startedAtEpochMs: period.fromMs });
  const durationMs = period.toMs - period.fromMs;
  try {
    for (const { readings, missing } of past.topics) {
      for (const { group, topic, partitions, reason, fromMs, toMs } of missing) {
        journal.write({ kind: 'gap', source: 'kafka', fromMs, toMs, reason });
        const facts = { group, topic, partitions: partitions.join(', '), reason, forMs: toMs - fromMs };
        journal.write({ kind: 'event', atMs: fromMs, name: 'history-missing', facts });
      }
      for (const reading of readings) journal.observe(reading);
    }
    if (past.unreadableRecords > 0)
      journal.write({
        kind: 'event',
        atMs: 0,
        name: 'records-skipped',
        facts: { count: past.unreadableRecords, topic: '__consumer_offsets' },
      });
    journal.observe(metrics.observations);
    for (const gap of metrics.gaps) journal.write({ kind: 'gap', ...gap });
    journal.write({ kind: 'end', atMs: durationMs, status: 'completed' });
  } finally {
    journal.close();
  }
};
