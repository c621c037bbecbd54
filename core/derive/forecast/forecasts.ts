import type { OffsetHistory } from '../../record/run-record.ts';
import { SampleColumns } from '../../record/sample-columns.ts';
import { samplesUntil } from '../../record/sample-parts.ts';
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
  const moments = [...answeredWithin(histories, endOfLoadMs, untilMs)].sort((left, right) => left - right);
  const first = moments[0];
  if (first === undefined) return null;
  const at = (ms: number) =>
    forecastDrain(
      histories.map((history) => ({ ...history, samples: samplesUntil(history.samples, ms) })),
      workerAt(ms),
    );
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

/** When end offsets were had. */
const answeredWithin = (
  histories: readonly OffsetHistory[],
  fromMs: number,
  untilMs: number,
): ReadonlySet<number> => {
  const moments = new Set<number>();
  const add = (ms: number): void => {
    if (ms >= fromMs && ms <= untilMs) moments.add(ms);
  };
  for (const { samples } of histories) {
    if (!(samples instanceof SampleColumns)) for (const { endReceivedMs } of samples) add(endReceivedMs);
    else
      for (const { readings, from, to } of samples.runs()) {
        const { endReceivedMs } = readings;
        for (let reading = from; reading < to; reading += 1) add(endReceivedMs[reading] as number);
      }
  }
  return moments;
};

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
