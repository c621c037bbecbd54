import { randomNumbers } from './random-numbers.ts';

/** Ways to divide all runs into a base and a candidate of given sizes. The first is the one that was observed: the base first. */
export type Divisions = {
  /** Runs in all, and those of a base. */
  readonly runs: number;
  readonly baseRuns: number;
  readonly count: number;
  /** Whether these are all there are; otherwise they are the observed one and a sample of the others. */
  readonly isExact: boolean;
  /** Indexes of the base's runs, division by division, `baseRuns` of each. */
  readonly bases: Uint16Array;
  /** Up to where each base's indexes are those of the base before it: sums of them need not be made anew. */
  readonly kept: Uint16Array;
};

/** Up to so many divisions are gone through one by one: 11 runs a side. */
const mostExact = 400_000;
const sampled = 50_000;

let last: Divisions | undefined;

/** All divisions, or, where they are too many, a sample that is the same each time. */
export const divisionsOf = (baseRuns: number, candidateRuns: number): Divisions => {
  const runs = baseRuns + candidateRuns;
  if (last?.runs === runs && last.baseRuns === baseRuns) return last;
  const isMirrored = baseRuns === candidateRuns && baseRuns > 0;
  const count = ways(runs, baseRuns) / (isMirrored ? 2 : 1);
  last =
    count <= mostExact
      ? { runs, baseRuns, count, isExact: true, ...everyBase(runs, baseRuns, count) }
      : { runs, baseRuns, count: sampled + 1, isExact: false, ...sampleOfBases(runs, baseRuns, sampled + 1) };
  return last;
};

type Bases = Pick<Divisions, 'bases' | 'kept'>;

const ways = (runs: number, chosen: number): number => {
  let product = 1;
  for (let step = 1; step <= chosen; step += 1) product = (product * (runs - chosen + step)) / step;
  return Math.round(product);
};

/**
 * In lexicographic order. With sides of one size the second half mirrors the first, and tells nothing new of a
 * statistic without a sign: the first half is those that begin with 0.
 */
const everyBase = (runs: number, size: number, count: number): Bases => {
  const bases = new Uint16Array(count * size);
  const kept = new Uint16Array(count);
  const chosen = Array.from({ length: size }, (_, index) => index);
  for (let row = 0; row < count; row += 1) {
    bases.set(chosen, row * size);
    let at = size - 1;
    while (at >= 0 && chosen[at] === runs - size + at) at -= 1;
    if (at < 0) break;
    if (row + 1 < count) kept[row + 1] = at;
    const from = (chosen[at] ?? 0) + 1;
    for (let next = at; next < size; next += 1) chosen[next] = from + next - at;
  }
  return { bases, kept };
};

/** The observed division and independent draws of others (Fisher and Yates); p-values that count it are never 0. */
const sampleOfBases = (runs: number, size: number, count: number): Bases => {
  const bases = new Uint16Array(count * size);
  const order = Uint16Array.from({ length: runs }, (_, index) => index);
  bases.set(order.subarray(0, size));
  const next = randomNumbers(1);
  for (let row = 1; row < count; row += 1) {
    for (let at = 0; at < size; at += 1) {
      const other = at + Math.floor(next() * (runs - at));
      const kept = order[at] ?? 0;
      order[at] = order[other] ?? 0;
      order[other] = kept;
    }
    bases.set(order.subarray(0, size), row * size);
  }
  return { bases, kept: new Uint16Array(count) };
};
