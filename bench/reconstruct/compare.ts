import { runFigures } from '../../core/derive/run-figures.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { KafkaGroupReport } from '../../core/report-document.ts';
import type { Goal } from '../goals.ts';

const peakTolerance = 0.01;
const durationToleranceMs = 1000;
const rebuildLimitMs = 10_000;

export type Rebuilt = { readonly record: RunRecord; readonly tookMs: number };

/** A rebuilt record against one that was sampled while it happened. */
export const compareRebuilt = (sampled: RunRecord, { record, tookMs }: Rebuilt, messages: number): Goal[] => {
  const [seen, rebuilt] = [groupOf(sampled), groupOf(record)];
  const peakError = relative(seen.peakLagMessages, rebuilt.peakLagMessages);
  return [
    {
      what: 'peak lag, rebuilt beside sampled',
      seen: `${rebuilt.peakLagMessages} / ${seen.peakLagMessages} (${percent(peakError)})`,
      target: '≤ 1 %',
      isMet: Math.abs(peakError) <= peakTolerance,
    },
    duration('produce duration', seen.produceDurationMs, rebuilt.produceDurationMs),
    duration('consume duration', seen.consumeDurationMs, rebuilt.consumeDurationMs, {
      rebuilt: boundsOf(rebuilt),
      sampled: boundsOf(seen),
    }),
    {
      what: 'messages produced, and consumed',
      seen: `${rebuilt.producedMessages}, ${rebuilt.consumedMessages}`,
      target: `${messages} both`,
      isMet: rebuilt.producedMessages === messages && rebuilt.consumedMessages === messages,
    },
    {
      what: 'rebuilt in, whole command',
      seen: `${(tookMs / 1000).toFixed(1)} s`,
      target: '≤ 10 s',
      isMet: tookMs <= rebuildLimitMs,
    },
  ];
};

const groupOf = (record: RunRecord): KafkaGroupReport => {
  const [group] = runFigures(record).kafka.groups;
  if (group === undefined) throw new Error('the record has no group');
  return group;
};

const relative = (real: number | null, value: number | null): number =>
  real === null || value === null || real === 0 ? Number.NaN : (value - real) / real;

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** Each knows an interval only: the sampled one as wide as its readings are apart, the rebuilt one by the logs' own times. */
const boundsOf = ({ consumeDurationLowMs, consumeDurationHighMs }: KafkaGroupReport): string =>
  `[${whole(consumeDurationLowMs)}, ${whole(consumeDurationHighMs)}]`;

const whole = (ms: number | null): string => (ms === null ? 'unknown' : ms.toFixed(0));

const duration = (
  what: string,
  real: number | null,
  value: number | null,
  bounds?: { readonly rebuilt: string; readonly sampled: string },
): Goal => {
  const error = real === null || value === null ? Number.NaN : value - real;
  return {
    what: `${what}, rebuilt beside sampled`,
    seen: `${whole(value)} / ${whole(real)} ms${bounds === undefined ? '' : `, within ${bounds.rebuilt} / ${bounds.sampled}`}`,
    target: '± 1 s',
    isMet: Math.abs(error) <= durationToleranceMs,
  };
};
