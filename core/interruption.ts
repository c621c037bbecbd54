export type StopSignal = 'SIGINT' | 'SIGTERM';

/** The reason of an abort that the user asked for; it is no failure. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Name of the signal behind an abort; SIGINT where something else aborted it. */
export const signalOf = ({ reason }: AbortSignal): StopSignal =>
  reason instanceof Interruption ? reason.signal : 'SIGINT';

/** The work's result, or a rejection with the abort's reason as soon as it comes; the work is then left to itself. */
export const unlessAborted = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  work.catch(() => {});
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
