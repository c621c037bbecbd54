import type { OffsetHistory } from '../../record/run-record.ts';
import type { KafkaGroupReport } from '../../report-document.ts';
import { forecastConfidence, forecastDrain, type DrainForecast, type WorkerOf } from './drain-forecast.ts';

type Forecasts = NonNullable<KafkaGroupReport['forecast']>;

/** So many forecasts after the first one, spread over the readings of the drain. */
const mostLater = 20;

/** What the readings up to each moment would have foretold, from the end of the load to `untilMs`. */
export const forecastsOf = (
  histories: readonly OffsetHistory[],
  endOfLoadMs: number,
  untilMs: number,
  workerAt: (atMs: number) => WorkerOf | undefined,
): Forecasts | null => {
  const moments = [
    ...new Set(histories.flatMap(({ samples }) => samples.map(({ endReceivedMs }) => endReceivedMs))),
  ]
    .filter((ms) => ms >= endOfLoadMs && ms <= untilMs)
    .sort((left, right) => left - right);
  const first = moments[0];
  if (first === undefined) return null;
  const at = (ms: number) => forecastDrain(readUntil(histories, ms), workerAt(ms));
  const atLoadEnd = at(first);
  const step = Math.max(1, Math.ceil((moments.length - 1) / mostLater));
  const later = moments.filter((_, index) => index > 0 && index % step === 0);
  return {
    confidence: forecastConfidence,
    atLoadEnd: 'reason' in atLoadEnd ? null : forecastPoint(atLoadEnd, endOfLoadMs),
    reason: 'reason' in atLoadEnd ? atLoadEnd.reason : null,
    later: later.flatMap((ms) => {
      const forecast = at(ms);
      return 'reason' in forecast ? [] : [forecastPoint(forecast, endOfLoadMs)];
    }),
  };
};

const readUntil = (histories: readonly OffsetHistory[], atMs: number): OffsetHistory[] =>
  histories.map((history) => ({
    ...history,
    samples: history.samples.filter(({ endReceivedMs }) => endReceivedMs <= atMs),
  }));

const forecastPoint = (
  { atMs, lagMessages, restMs, restLowMs, restHighMs, slowestPartition }: DrainForecast,
  endOfLoadMs: number,
): NonNullable<Forecasts['atLoadEnd']> => {
  const since = (ms: number): number => Math.max(0, atMs + ms - endOfLoadMs);
  return {
    atMs,
    lagMessages,
    drainMs: since(restMs),
    drainLowMs: since(restLowMs),
    drainHighMs: since(restHighMs),
    slowestPartition,
  };
};
