import { joinParts } from '../fact-reader.ts';
import type { IntegrityWords } from '../integrity-words.ts';
import { enFormats as format } from './formats.ts';

export const enIntegrity: IntegrityWords = {
  columns: ['Step', 'Counted by the service', 'Seen by lagline', 'Against the step before'],
  steps: {
    attempted: 'Requests',
    accepted: 'Accepted (202)',
    produced: 'Produced',
    consumed: 'Consumed',
    persisted: 'Stored',
  },
  observers: { k6: 'k6', kafka: 'Kafka offsets' },
  narrowed: (by) => (by === 0 ? 'same' : by > 0 ? `${format.count(by)} fewer` : `${format.count(-by)} more`),
  differences: {
    lost: 'Lost after being accepted',
    duplicates: 'Issued twice',
    oversold: 'Issued beyond the stock',
    phantom: 'Phantoms, issued though nobody was accepted',
    deadLettered: 'Messages set aside (dead letters)',
    overAdmitted: 'Accepted, and refused by the store as beyond the stock',
    revoked: 'Accepted and taken back after the broker refused',
  },
  difference: (name, count, ids, more) =>
    `${name}: ${count}${
      ids.length === 0 ? '' : ` — ${ids.join(', ')}${more > 0 ? ` and ${format.count(more)} more` : ''}`
    }`,
  noDifferences: (isSettled) =>
    `No difference between what was accepted and what is stored was found${isSettled ? '' : ' so far'}`,
  notDrained: (reason) =>
    `Counted before all was stored: what is lost or a phantom is not settled${reason === undefined ? '' : ` (${reason})`}`,
  told: ({ accepted, refused, unknown, interrupted }, tag) =>
    `What the clients were told: ${joinParts([
      `${accepted} accepted`,
      `${refused} refused or failed`,
      unknown === undefined
        ? 'unknown outcomes were not counted'
        : `${unknown} unknown${interrupted === undefined ? '' : ` (with ${interrupted} interrupted iterations)`}`,
    ])} ${tag}`,
  unknownSplit: (all, issued, notIssued, undecided, tag) =>
    `Of ${all} unknown outcomes: ${
      joinParts([
        issued && `${issued} issued after all`,
        notIssued && `${notIssued} not issued`,
        undecided && `${undecided} undecided`,
      ]) || 'the rows are not known'
    } ${tag}`,
  lostAtLeast: (count, tag) => `Clients who were accepted and have no row: at least ${count} ${tag}`,
  phantomAtLeast: (count, tag) => `Rows beyond all accepted and unknown clients: at least ${count} ${tag}`,
  probeColumns: ['Probe', 'Source', 'Query', 'Before', 'After', 'Judged', 'Expression', 'Outcome'],
  added: (value) => `${value} (added)`,
};
