/** What became of a rule or of a run. */
export type Outcome = 'pass' | 'fail' | 'no-data' | 'invalid';

const gravity: readonly Outcome[] = ['pass', 'no-data', 'invalid', 'fail'];

/** The graver outcome wins: fail, else invalid, else no-data, else pass. An empty list is no-data: nothing was judged. */
export const worstOutcome = (outcomes: readonly Outcome[]): Outcome =>
  outcomes.length === 0
    ? 'no-data'
    : outcomes.reduce((worst, next) => (gravity.indexOf(next) > gravity.indexOf(worst) ? next : worst));
