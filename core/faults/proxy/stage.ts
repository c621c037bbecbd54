import type { Toxic } from './toxic.ts';

/** What is to happen next with the data at the head of a stream. Times are monotonic ms. */
export type Step = {
  /** So many of the waiting bytes; the others wait for a further step. 0 for the end of the stream. */
  readonly bytes: number;
  /** Not before then. */
  readonly atMs: number;
  readonly fate: 'pass' | 'drop' | 'reset';
};

/** One toxic at work on one direction of one connection. */
export type Stage = {
  readonly toxic: Toxic;
  /** Whether it acts on this connection at all. */
  isActive(): boolean;
  /** Narrows the step that the stages before it came to. Changes nothing that a second call would feel. */
  narrow(step: Step, item: 'data' | 'end'): Step;
  /** The step was done: so many bytes went on. Answers whether the connection has to be closed now. */
  passed(step: Step, nowMs: number): boolean;
  /** When it closes the connection of its own accord; Infinity where it does not. */
  closesAtMs(): number;
  /** Data was thrown away, so that the connection is of no use once the toxic is gone. */
  readonly closesWhenRemoved: boolean;
};

/** How far behind its time a paced stream may be and still catch up; beyond that, what was missed is lost. */
const catchUpMs = 100;
/** Slices of a limited rate are sent this far apart, where the rate is low enough to need any. */
const paceMs = 100;

type Behaviour = Partial<Pick<Stage, 'narrow' | 'passed' | 'closesAtMs'>>;

/** The toxic on a stream that it meets at `nowMs`. Randomness runs from 0 to below 1. */
export const makeStage = (toxic: Toxic, nowMs: number, random: () => number): Stage => {
  const draw = random();
  const behaviour = behaviourOf(toxic, nowMs, random);
  return {
    toxic,
    isActive: () => draw < toxic.toxicity,
    narrow: (step) => step,
    passed: () => false,
    closesAtMs: () => Number.POSITIVE_INFINITY,
    closesWhenRemoved: toxic.type === 'timeout',
    ...behaviour,
  };
};

const behaviourOf = (toxic: Toxic, nowMs: number, random: () => number): Behaviour => {
  const vary = (middle: number, by: number): number => middle + (2 * random() - 1) * by;
  switch (toxic.type) {
    case 'latency':
      return {
        narrow: (step, item) => {
          const { latency, jitter } = toxic.attributes;
          return item === 'end' ? step : later(step, Math.max(0, vary(latency, jitter)));
        },
      };
    case 'timeout':
      return {
        narrow: (step, item) => (item === 'end' ? step : { ...step, fate: 'drop' }),
        closesAtMs: () =>
          toxic.attributes.timeout === 0 ? Number.POSITIVE_INFINITY : nowMs + toxic.attributes.timeout,
      };
    case 'reset_peer': {
      let metMs: number | undefined;
      return {
        narrow: (step) => {
          metMs ??= step.atMs;
          return { ...step, atMs: Math.max(step.atMs, metMs + toxic.attributes.timeout), fate: 'reset' };
        },
      };
    }
    case 'bandwidth':
      return pacing(nowMs, {
        share: (bytes) => Math.min(bytes, toxic.attributes.rate * paceMs),
        // 1,000 bytes a second are one a millisecond.
        costMs: (bytes) =>
          toxic.attributes.rate === 0 ? Number.POSITIVE_INFINITY : bytes / toxic.attributes.rate,
      });
    case 'slicer':
      return pacing(nowMs, {
        share: (bytes) => {
          const { average_size, size_variation } = toxic.attributes;
          return Math.min(bytes, Math.max(1, Math.round(vary(average_size, size_variation))));
        },
        costMs: () => toxic.attributes.delay / 1000,
      });
    case 'slow_close':
      return {
        narrow: (step, item) => (item === 'end' ? later(step, toxic.attributes.delay) : step),
      };
    case 'limit_data': {
      let sentBytes = 0;
      return {
        narrow: (step, item) =>
          item === 'end'
            ? step
            : { ...step, bytes: Math.min(step.bytes, Math.max(0, toxic.attributes.bytes - sentBytes)) },
        passed: ({ bytes }) => {
          sentBytes += bytes;
          return sentBytes >= toxic.attributes.bytes;
        },
      };
    }
  }
};

const later = (step: Step, ms: number): Step => ({ ...step, atMs: step.atMs + ms });

/** Data in shares, each of which takes its time before the next one may follow. */
const pacing = (
  metMs: number,
  { share, costMs }: { share: (bytes: number) => number; costMs: (bytes: number) => number },
): Behaviour => {
  let freeMs = metMs;
  let startMs = metMs;
  return {
    narrow: (step, item) => {
      if (item === 'end') return step;
      const bytes = share(step.bytes);
      startMs = Math.max(step.atMs, freeMs);
      return { ...step, bytes, atMs: startMs + costMs(bytes) };
    },
    passed: ({ bytes }, nowMs) => {
      freeMs = Math.max(startMs + costMs(bytes), nowMs - catchUpMs);
      return false;
    },
  };
};
