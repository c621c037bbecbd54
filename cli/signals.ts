import { Interruption, type StopSignal } from '../core/interruption.ts';
import type { RunControl } from '../core/run/run.ts';

/**
 * A terminal's Ctrl+C reaches this process directly and once more through npm, within a few ms; only a signal that
 * comes later than this is a second one.
 */
const sameSignalMs = 250;

export type SignalControl = RunControl & {
  /** As a first SIGINT; without effect once one has come. */
  interrupt(): void;
  dispose(): void;
};

/** First SIGINT or SIGTERM (a terminal that goes away counts as one): `stop`. A second one: `abort`. */
export const listenForSignals = (monotonicMs: () => number = () => performance.now()): SignalControl => {
  const stop = new AbortController();
  const abort = new AbortController();
  let firstMs: number | undefined;
  const onSignal = (signal: StopSignal): void => {
    const now = monotonicMs();
    if (firstMs === undefined) {
      firstMs = now;
      stop.abort(new Interruption(signal));
    } else if (now - firstMs > sameSignalMs) {
      abort.abort(stop.signal.reason);
    }
  };
  const onInterrupt = (): void => onSignal('SIGINT');
  const onTerminate = (): void => onSignal('SIGTERM');
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  process.on('SIGHUP', onTerminate);
  return {
    stop: stop.signal,
    abort: abort.signal,
    interrupt: () => {
      if (firstMs === undefined) onInterrupt();
    },
    dispose: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
      process.off('SIGHUP', onTerminate);
    },
  };
};

/** Exit code of a command that a signal ended. */
export const exitCodeOfSignal = (signal: StopSignal): number => (signal === 'SIGTERM' ? 143 : 130);
