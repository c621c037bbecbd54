import type { CiWords } from '../ci-words.ts';

const statuses = {
  completed: 'it ran to its end',
  interrupted: 'it was interrupted',
  failed: 'it did not get to its end',
  unknown: 'whether it ran to its end is not known',
} as const;

export const enCi: CiWords = {
  runVerdict: (outcome, status) => `the run as a whole: ${outcome} (${statuses[status]})`,
  moreAnnotations: (count) => `${count} more; see the report`,
  summaryCut: 'What follows was left out, for a step summary may not be larger. The report has all of it.',
};
