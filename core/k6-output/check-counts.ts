import type { Ambiguity, K6Check, K6Metric } from '../record/load-outcome.ts';

type Counts = { readonly passes: number; readonly fails: number };

/** A check as the text has it; `counts` is null where it passed each time, of which k6 does not say how often that was. */
export type CheckLine = { readonly name: string; counts: Counts | null };

/** The checks of a part of the run (a scenario, a group), and how many of all of them passed and failed in it. */
export type PartOfChecks = {
  readonly kind: 'scenario' | 'group';
  readonly lines: CheckLine[];
  readonly total: Counts | undefined;
};

/**
 * Fills in what is left out: a check that always passed is what the others leave of the total, where it is the only such in
 * the run, or in each of the parts that make up the run.
 */
export const completeCheckCounts = (
  lines: readonly CheckLine[],
  whole: K6Metric | undefined,
  parts: readonly PartOfChecks[],
): { readonly checks: K6Check[]; readonly ambiguous: Ambiguity[] } => {
  const total = whole?.type === 'rate' ? whole : undefined;
  if (total !== undefined) {
    for (const kind of ['scenario', 'group'] as const)
      fillFromParts(
        lines,
        total,
        parts.filter((part) => part.kind === kind),
      );
    fillOnly(lines, total);
  }
  const ambiguous: Ambiguity[] = [];
  const checks: K6Check[] = [];
  for (const { name, counts } of lines) {
    if (counts !== null) checks.push({ name, ...counts });
    else ambiguous.push({ id: 'check-counts', metric: 'checks', text: name });
  }
  return { checks, ambiguous };
};

const sum = (counts: readonly (Counts | null | undefined)[]): number =>
  counts.reduce((all, each) => all + (each?.passes ?? 0), 0);

const fillOnly = (lines: readonly CheckLine[], total: Counts): void => {
  const [only, ...others] = lines.filter(({ counts }) => counts === null);
  const left = total.passes - sum(lines.map(({ counts }) => counts));
  if (only !== undefined && others.length === 0 && left >= 0) only.counts = { passes: left, fails: 0 };
};

const fillFromParts = (lines: readonly CheckLine[], whole: Counts, parts: readonly PartOfChecks[]): void => {
  const totals = parts.map(({ total }) => total);
  const fails = totals.reduce((all, each) => all + (each?.fails ?? 0), 0);
  if (parts.length === 0 || sum(totals) !== whole.passes || fails !== whole.fails) return;
  for (const { lines: own, total } of parts) if (total !== undefined) fillOnly(own, total);
  for (const line of lines) {
    if (line.counts !== null || lines.filter(({ name }) => name === line.name).length > 1) continue;
    const shares = parts.flatMap(({ lines: own }) => own.filter(({ name }) => name === line.name));
    if (shares.length > 0 && shares.every(({ counts }) => counts !== null))
      line.counts = { passes: sum(shares.map(({ counts }) => counts)), fails: 0 };
  }
};
