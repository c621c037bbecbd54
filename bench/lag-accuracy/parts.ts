import { brackets } from './brackets.ts';
import { bracketsBroker } from './brackets-broker.ts';
import { drain } from './drain.ts';
import { forecast } from './forecast.ts';
import { latency } from './latency.ts';
import type { Part } from './part.ts';
import { timeLag } from './time-lag.ts';
import { timeLagBroker } from './time-lag-broker.ts';

export const parts: readonly Part[] = [
  brackets,
  bracketsBroker,
  latency,
  timeLag,
  timeLagBroker,
  drain,
  forecast,
];
