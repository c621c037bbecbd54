import type { Gap } from '../../core/record/run-record.ts';
import { selectRank } from '../../core/select-rank.ts';
import type { LineColumns } from './series-points.ts';

/** Three usual distances without a point mean that nothing was measured there, whether or not a gap was noted. */
const breakAfterDistances = 3.5;

/**
 * Tells the points of a line with the breaks in it, whose value is NaN: where a noted gap lies between two points, and where points stay
 * away for long.
 */
export const walkBroken = (
  { elapsedMs, values }: LineColumns,
  gaps: readonly Pick<Gap, 'fromMs' | 'toMs'>[],
  take: (elapsedMs: number, value: number) => void,
): void => {
  const limitMs = breakAfterDistances * medianDistance(elapsedMs);
  const noted = gaps.filter(({ fromMs, toMs }) => toMs > fromMs);
  for (let index = 0; index < elapsedMs.length; index += 1) {
    const toMs = elapsedMs[index] as number;
    const fromMs = elapsedMs[index - 1] ?? toMs;
    if (index > 0 && (toMs - fromMs > limitMs || noted.some((gap) => gap.fromMs < toMs && gap.toMs > fromMs)))
      take((fromMs + toMs) / 2, Number.NaN);
    take(toMs, values[index] as number);
  }
};

/** NaN of less than two points. */
const medianDistance = (elapsedMs: Float64Array): number => {
  const distances = new Float64Array(Math.max(0, elapsedMs.length - 1));
  for (let index = 0; index < distances.length; index += 1)
    distances[index] = (elapsedMs[index + 1] as number) - (elapsedMs[index] as number);
  return selectRank(distances, distances.length >> 1);
};
