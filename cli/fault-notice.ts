import type { FaultEvent } from '../core/faults/inject-faults.ts';
import type { ProgressDisplay } from './progress/progress.ts';

/** Says what a fault did; where it could not be taken away, also how to do that by hand. */
export const sayFault = (
  { name, facts, fault }: FaultEvent,
  { say, warn }: Pick<ProgressDisplay, 'say' | 'warn'>,
): void => {
  const reason = typeof facts['reason'] === 'string' ? facts['reason'] : '';
  switch (name) {
    case 'fault-applied':
      return say(`fault set: ${fault.label}`);
    case 'fault-triggered':
      return say(`fault triggered: ${fault.label}`);
    case 'fault-removed':
      return say(`fault removed: ${fault.label}`);
    case 'fault-not-applied':
      return warn(
        `fault not set: ${fault.label}: ${reason === 'run-ended' ? 'the run ended before its time' : reason}`,
      );
    case 'fault-not-removed':
      return warn(`fault could not be removed: ${fault.label}: ${reason}\n  → ${fault.byHand}`);
  }
};
