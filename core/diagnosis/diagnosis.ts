import type { Facts } from '../errors.ts';
import type { RunFigures } from '../derive/run-figures.ts';
import type { RunRecord } from '../record/run-record.ts';
import type { RunReport } from '../report-document.ts';
import type { Finding } from '../rules/rule.ts';

export type Hypothesis = RunReport['diagnosis'][number];
export type Evidence = Hypothesis['evidence'][number];

export type DiagnosisInput = {
  readonly record: RunRecord;
  readonly figures: RunFigures;
  readonly findings: readonly Finding[];
};

/**
 * One possible cause. `weigh` answers with evidence for and against; undefined where the cause cannot apply to this run.
 * `decisive` evidence must be present and support the cause, or it is not put forward.
 */
export type Cause = { readonly id: string; weigh(input: DiagnosisInput): WeighedEvidence | undefined };

export type WeighedEvidence = {
  readonly decisive: readonly Evidence[];
  readonly further: readonly (Evidence | undefined)[];
  /** Ids of what would decide between this cause and another, where nothing observed it. */
  readonly unobserved?: readonly UnobservedId[];
};

export type UnobservedId = 'generator-headroom';

export const evidence = (id: string, supports: boolean, facts: Facts = {}): Evidence => ({
  id,
  supports,
  facts: { ...facts },
});

/** Score: share of supporting evidence, decisive pieces counted twice; what was not observed supports nothing. */
export const weigh = (cause: Cause, input: DiagnosisInput): Hypothesis | undefined => {
  const weighed = cause.weigh(input);
  if (
    weighed === undefined ||
    weighed.decisive.length === 0 ||
    weighed.decisive.some(({ supports }) => !supports)
  )
    return undefined;
  const further = weighed.further.filter((piece) => piece !== undefined);
  const unobserved = [...(weighed.unobserved ?? [])];
  const total = 2 * weighed.decisive.length + further.length + unobserved.length;
  const found = 2 * weighed.decisive.length + further.filter(({ supports }) => supports).length;
  return { cause: cause.id, score: found / total, evidence: [...weighed.decisive, ...further], unobserved };
};
