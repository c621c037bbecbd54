import { kafkaFigures } from '../../core/derive/kafka-group.ts';
import type { KafkaGroupReport } from '../../core/report-document.ts';
import type { Part } from './part.ts';
import { quantileOf } from '../statistics.ts';
import { observe, watchedUntilMs, worldDrainedAtMs } from './world/observe.ts';
import { shapes, type Shape } from './world/shapes.ts';
import { playWorld } from './world/world.ts';

type Foretold = {
  readonly shape: Shape;
  readonly truthMs: number;
  /** Whether it took longer than readings and commits blur. */
  readonly isLong: boolean;
  /** Undefined where nothing was foretold. */
  readonly error: number | undefined;
  readonly isCovered: boolean;
  /** Half the interval as a share of the forecast. */
  readonly width: number;
};

/** Drain time foretold from the first reading after the load, against what came. */
export const forecast: Part = {
  name: 'forecast',
  run: async ({ seed, short, say }) => {
    const perShape = short ? 8 : 60;
    const all = shapes.flatMap((shape) =>
      Array.from({ length: perShape }, (_, run) => foretell(shape, seed * 1019 + run * 7919)),
    );
    const long = all.filter(({ isLong }) => isLong);
    const made = long.filter(({ error }) => error !== undefined);
    say('shape               runs   foretold   median error   p90 error   interval holds   median width');
    for (const shape of shapes) {
      const of = long.filter((run) => run.shape === shape);
      const known = of.filter(({ error }) => error !== undefined);
      if (known.length === 0) continue;
      say(
        `${shape.padEnd(18)}${String(of.length).padStart(6)}${String(known.length).padStart(11)}${percent(quantileOf(known.map(errorOf), 0.5)).padStart(15)}${percent(quantileOf(known.map(errorOf), 0.9)).padStart(12)}${percent(coverage(known)).padStart(17)}${`±${percent(
          quantileOf(
            known.map(({ width }) => width),
            0.5,
          ),
        )}`.padStart(15)}`,
      );
    }
    // What was not foretold counts as wrong by all of it, and as not held by its interval.
    const error = quantileOf(long.map(errorOf), 0.5);
    const held = long.filter(({ isCovered }) => isCovered).length / long.length;
    const width = quantileOf(
      made.map((run) => run.width),
      0.5,
    );
    return [
      {
        what: 'forecast: median absolute error of the drain time at load end',
        seen: percent(error),
        target: '≤ 10 %',
        isMet: error <= 0.1,
      },
      {
        what: `forecast: 90 % interval holds the truth, of ${long.length} runs`,
        seen: percent(held),
        target: '≥ 85 %',
        isMet: held >= 0.85,
      },
      {
        what: 'forecast: median width of the interval',
        seen: `±${percent(width)}`,
        target: '≤ ±25 %',
        isMet: width <= 0.25,
      },
    ];
  },
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const errorOf = ({ error }: Foretold): number => error ?? 1;
const coverage = (runs: readonly Foretold[]): number =>
  runs.filter(({ isCovered }) => isCovered).length / runs.length;

const foretell = (shape: Shape, seed: number): Foretold => {
  const world = playWorld(shape, seed);
  const { plan } = world;
  const record = observe(world, seed, watchedUntilMs(world));
  const group = kafkaFigures(record).groups[0] as KafkaGroupReport;
  const truthMs = Math.max(0, worldDrainedAtMs(world) - plan.loadMs);
  const made = group.forecast?.atLoadEnd;
  const isLong = truthMs > 2 * plan.samplingIntervalMs + plan.commitIntervalMs;
  if (!made) return { shape, truthMs, isLong, error: undefined, isCovered: false, width: Number.NaN };
  return {
    shape,
    truthMs,
    isLong,
    error: Math.abs(made.drainMs - truthMs) / truthMs,
    isCovered: made.drainLowMs <= truthMs && truthMs <= made.drainHighMs,
    width: (made.drainHighMs - made.drainLowMs) / 2 / made.drainMs,
  };
};
