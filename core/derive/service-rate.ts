import type { CurvePoint } from './offset-curves.ts';

export type ServiceRate = {
  readonly perSecond: number;
  readonly spans: number;
  readonly fromMs: number;
  readonly toMs: number;
};

const minimumSpans = 3;

/**
 * μ: messages consumed per second over the spans between readings at both ends of which a backlog certainly stood, so
 * that the consumer was never idle for want of work. Undefined with fewer than 3 such spans.
 */
export const serviceRate = (
  points: readonly CurvePoint[],
  fromMs = Number.NEGATIVE_INFINITY,
): ServiceRate | undefined => {
  let consumed = 0;
  let elapsedMs = 0;
  let spans = 0;
  let firstMs: number | undefined;
  let lastMs = 0;
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (before === undefined || before.atMs < fromMs || !before.lagLow || !point.lagLow) return;
    // A group that was set back to older offsets did not work off a negative number of messages.
    if (point.consumed < before.consumed) return;
    consumed += point.consumed - before.consumed;
    elapsedMs += point.atMs - before.atMs;
    spans += 1;
    firstMs ??= before.atMs;
    lastMs = point.atMs;
  });
  if (spans < minimumSpans || elapsedMs <= 0 || firstMs === undefined) return undefined;
  return { perSecond: (consumed * 1000) / elapsedMs, spans, fromMs: firstMs, toMs: lastMs };
};
