import type { RunControl } from '../core/run.ts';

/**
 * A terminal's Ctrl+C reaches this process directly and once more through npm, within a few ms; only a signal that
 * comes later than this is a second one.
 */
const sameSignalMs = 250;

export type SignalControl = RunControl & { dispose(): void };

/** First SIGINT or SIGTERM: `stop`. A second one: `abort`. */
export const listenForSignals = (monotonicMs: () => number = () => performance.now()): SignalControl => {
  const stop = new AbortController();
  const abort = new AbortController();
  let firstMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = monotonicMs();
    if (firstMs === undefined) {
      firstMs = now;
      stop.abort(signal);
    } else if (now - firstMs > sameSignalMs) {
      abort.abort(stop.signal.reason);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    stop: stop.signal,
    abort: abort.signal,
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
};

/** Exit code of a command that a signal ended. */
export const exitCodeOfSignal = (signal: unknown): number => (signal === 'SIGTERM' ? 143 : 130);
