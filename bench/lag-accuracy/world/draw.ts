import type { Random } from '../../random.ts';

/** Draws from a source of random numbers; times in ms. */
export const uniform = (random: Random, low: number, high: number): number =>
  low + (high - low) * random.next();

/** Box and Muller; mean 0, standard deviation 1. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random.next());
