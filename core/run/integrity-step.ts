import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { RunPlan } from '../plan.ts';
import type { JournalEntry } from '../record/journal-entry.ts';
import { askIntegrity, checkIntegrityProbe } from '../sampling/integrity-probe.ts';
import { askProbe, type ProbeAddresses } from '../sampling/service-probe.ts';

type Asked = Extract<JournalEntry, { kind: 'integrity' | 'probe' | 'gap' }>;

export type Patience = {
  /** How long a store that is not drained yet is asked again; 0: once only. */
  readonly forMs: number;
  readonly everyMs: number;
  /** Ends the asking; what was answered by then counts. */
  readonly stop: AbortSignal;
};

/** Asks the store and every probe before the load; a KnownError where one of them gives no usable answer. */
export const checkIntegrity = async (
  { integrity }: RunPlan,
  addresses: ProbeAddresses,
  clock: Clock,
): Promise<Asked[]> => {
  const asked: Asked[] = [];
  if (integrity?.url !== undefined) {
    const observation = await checkIntegrityProbe(integrity.url, clock);
    asked.push({ kind: 'integrity', when: 'before', observation });
  }
  for (const probe of integrity?.probes ?? [])
    asked.push({ kind: 'probe', ...(await askProbe(probe, addresses, 'before', clock)) });
  return asked;
};

/** Asks them again after the run; one that gives no answer then is a gap. */
export const askIntegrityAgain = async (
  { integrity }: RunPlan,
  addresses: ProbeAddresses,
  clock: Clock,
  patience: Patience,
): Promise<Asked[]> => {
  const asked = integrity?.url === undefined ? [] : await countIntegrity(integrity.url, clock, patience);
  for (const probe of integrity?.probes ?? []) {
    const source = `integrity:${probe.id}`;
    asked.push(
      await orGap(source, clock, async () => ({
        kind: 'probe',
        ...(await askProbe(probe, addresses, 'after', clock)),
      })),
    );
  }
  return asked;
};

/**
 * The store's counts after the run. The topic may be consumed before the last rows are there: a store that says it is not
 * drained yet is asked again for a while, and what it said last is recorded.
 */
const countIntegrity = async (url: string, clock: Clock, patience: Patience): Promise<Asked[]> => {
  const untilMs = clock.elapsedMs() + patience.forMs;
  const ask = (): Promise<Asked> =>
    orGap('integrity', clock, async () => ({
      kind: 'integrity',
      when: 'after',
      observation: await askIntegrity(url, clock),
    }));
  const first = await ask();
  let [answered, last] = [first, first];
  while (isWaiting(answered) && !patience.stop.aborted && clock.elapsedMs() + patience.everyMs <= untilMs) {
    await delay(patience.everyMs, undefined, { signal: patience.stop }).catch(() => {});
    last = await ask();
    if (last.kind === 'integrity') answered = last;
  }
  return last === answered ? [last] : [last, answered];
};

const isWaiting = (asked: Asked): boolean =>
  asked.kind === 'integrity' && asked.observation.drained === false;

const orGap = async (source: string, clock: Clock, ask: () => Promise<Asked>): Promise<Asked> => {
  const fromMs = clock.elapsedMs();
  try {
    return await ask();
  } catch (error) {
    return { kind: 'gap', source, fromMs, toMs: clock.elapsedMs(), reason: messageOf(error) };
  }
};
