import type { Finding } from '../rules/rule.ts';
import { apiLatency } from './api-latency.ts';
import { evidence, type Cause, type DiagnosisInput, type Evidence } from './diagnosis.ts';

const cpu = ({ figures }: DiagnosisInput) => figures.resources.find(({ id }) => id === 'cpu');

/** Not because it rests on something else that was: a run that the user ended says nothing of the generator. */
const isInvalidByItself = ({ outcome, facts }: Finding): boolean =>
  outcome === 'invalid' && facts['wouldBe'] === undefined;

/** Nobody watched the machine that k6 ran on: drops then speak neither for its limit nor for the system's. */
const isGeneratorUnknown = ({ facts }: Finding): boolean => facts['reason'] === 'generator-unknown';

export const generatorSaturation: Cause = {
  id: 'generator-saturation',
  weigh: (input) => {
    const offered = input.findings.find(({ rule }) => rule === 'offered-load');
    if (offered === undefined || offered.outcome === 'pass' || isGeneratorUnknown(offered)) return undefined;
    const highest = cpu(input);
    return {
      decisive: [
        evidence('dropped-iterations', isInvalidByItself(offered), {
          dropped: offered.facts['dropped'] ?? offered.measured,
          shortfall: offered.facts['shortfall'] ?? null,
          generator: offered.facts['generator'] ?? null,
        }),
      ],
      further: [
        highest && evidence('host-cpu-high', (highest.max ?? 0) >= 95, { maxPercent: highest.max }),
        vusExhausted(input),
      ],
    };
  },
};

const vusExhausted = ({ figures: { load } }: DiagnosisInput): Evidence | undefined =>
  load?.maxActiveVUs == null || load.maxVUs === null
    ? undefined
    : evidence('vus-exhausted', load.maxActiveVUs >= load.maxVUs, {
        activeVUs: load.maxActiveVUs,
        maxVUs: load.maxVUs,
      });

const apiMetric = /^(http_|checks|iteration|dropped_iterations)/;

/** Slow answers alone are no trouble: some rule on what the API answers must have been missed. */
const isApiInTrouble = ({ findings }: DiagnosisInput): boolean =>
  findings.some(
    (finding) =>
      apiMetric.test(finding.metric) &&
      (finding.outcome === 'fail' ||
        finding.facts['wouldBe'] === 'fail' ||
        (finding.rule === 'offered-load' && isInvalidByItself(finding))),
  );

export const apiSaturation: Cause = {
  id: 'api-saturation',
  weigh: (input) => {
    const latency = apiLatency(input);
    const offered = input.findings.find(({ rule }) => rule === 'offered-load');
    if (latency === undefined || !isApiInTrouble(input)) return undefined;
    const failed = input.figures.load?.failedRequests ?? null;
    return {
      decisive: [evidence('api-latency-high', latency.isSlow, { p95Ms: latency.p95Ms })],
      further: [
        offered === undefined || isGeneratorUnknown(offered)
          ? undefined
          : evidence('dropped-iterations', offered.outcome === 'fail', {
              dropped: offered.facts['dropped'] ?? offered.measured,
            }),
        failed === null ? undefined : evidence('requests-failed', failed > 0, { failed }),
        vusExhausted(input),
      ],
      unobserved: offered !== undefined && isGeneratorUnknown(offered) ? ['generator-headroom'] : [],
    };
  },
};
