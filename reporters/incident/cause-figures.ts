import type { RunReport } from '../../core/report-document.ts';
import type { CauseFigures } from '../locales/catalog.ts';
import { mainGroup } from '../main-group.ts';

export const causeFigures = (run: RunReport): CauseFigures => {
  const group = mainGroup(run);
  return {
    produceRatePerSecond: group?.produceRatePerSecond ?? undefined,
    peakProduceRatePerSecond: group?.peakProduceRatePerSecond ?? undefined,
    consumeRatePerSecond: group?.consumeRatePerSecond ?? undefined,
    partitions: group?.partitions,
    maxVUs: run.load?.maxVUs ?? undefined,
  };
};
