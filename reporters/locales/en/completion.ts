import type { CompletionWords } from '../completion-words.ts';
import { enFormats as format } from './formats.ts';

export const enCompletion: CompletionWords = {
  columns: [
    'Completion time',
    'lagline (produced to committed)',
    'Application (accepted to persisted)',
    'Difference (lagline − application)',
  ],
  figures: { mean: 'mean', p50: 'p50', p95: 'p95', p99: 'p99', max: 'max' },
  between: (low, high) => `${low} to ${high}`,
  atLeast: (low) => `at least ${low}`,
  atMost: (high) => `at most ${high}`,
  overlaps: 'the bounds overlap',
  basis: ({ observations, messages, readings }, source) =>
    [
      `The application's values are what the histogram ${source} grew by during the run`,
      observations === null ? 'not measured' : format.messages(observations),
      ...(messages === null ? [] : [`lagline's are of ${format.messages(messages)}`]),
      `${format.count(readings)} readings`,
    ].join(', ') + '.',
  note: 'Of the application’s percentiles only the edges of the histogram’s bucket are known. The application measures from accepting to persisting, lagline from producing to committing: lagline’s times are longer by what passed from persisting to the commit, the application’s by what passed from accepting to producing.',
  resets: (resets) =>
    `The histogram began anew ${resets} times during the run (the service restarted). What it had counted since the reading before is lost; the bounds are wider by that.`,
  countsDiffer: (observations, messages) =>
    observations < messages
      ? `The application counted ${format.messages(messages - observations)} fewer; the bounds hold wherever those would stand.`
      : `The application counted ${format.messages(observations - messages)} more; the bounds hold whichever of them do not belong to the run.`,
  notAsked:
    'The application’s own times from accepting to persisting: not measured (`--completion <metrics address>#<histogram>` shows them beside these).',
};
