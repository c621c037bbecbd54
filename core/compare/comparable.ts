import type { RunReport } from '../report-document.ts';

/** What must be equal for two runs to be compared; each can be allowed to differ by its name. */
export const conditions = [
  'scenario',
  'script',
  'scale',
  'load',
  'profile',
  'env',
  'versions',
  'interval',
] as const;
export type Condition = (typeof conditions)[number];

export type Difference = { readonly what: Condition; readonly base: string; readonly candidate: string };

const valueOf: Readonly<Record<Condition, (run: RunReport) => unknown>> = {
  scenario: ({ scenario, script }) => [scenario, script],
  // Of records that lack it nobody knows whether they had the same.
  script: ({ scriptSha256 }) => scriptSha256?.slice(0, 12) ?? null,
  scale: ({ timeScale }) => timeScale,
  load: ({ load }) =>
    load?.scenarios.map(
      ({ name, executor, durationMs, maxVUs, plannedIterations, peakRatePerSecond, stages }) => [
        name,
        executor,
        durationMs,
        maxVUs,
        plannedIterations,
        peakRatePerSecond,
        stages.map(({ durationMs, target }) => [durationMs, target]),
      ],
    ) ?? null,
  profile: ({ profile }) => profile,
  env: ({ environment: { cpuModel, cpuCores, memoryBytes, os } }) => [cpuModel, cpuCores, memoryBytes, os],
  versions: ({ environment: { laglineVersion, nodeVersion, k6Version } }) => [
    laglineVersion,
    nodeVersion,
    k6Version,
  ],
  interval: ({ measurement }) => measurement.intervalMs,
};

/** The conditions in which the runs differ, from the first base run; also within a side. */
export const differences = (base: readonly RunReport[], candidate: readonly RunReport[]): Difference[] => {
  const [first] = base;
  if (first === undefined) return [];
  return conditions.flatMap((what) => {
    const expected = JSON.stringify(valueOf[what](first));
    const other = [...candidate, ...base].find((run) => JSON.stringify(valueOf[what](run)) !== expected);
    return other === undefined
      ? []
      : [{ what, base: expected, candidate: JSON.stringify(valueOf[what](other)) }];
  });
};
