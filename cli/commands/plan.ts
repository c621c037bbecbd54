import { writeFileSync } from 'node:fs';
import { buildCapacity, type CapacityQuestion } from '../../core/capacity/build-capacity.ts';
import { recordedConsumers } from '../../core/capacity/recorded-consumers.ts';
import { curvesOf, type GroupCurve } from '../../core/derive/offset-curves.ts';
import { parseDurationMs } from '../../core/duration.ts';
import { KnownError, messageOf } from '../../core/errors.ts';
import { readRun } from '../read-run.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { capacityPicture } from '../../reporters/capacity-picture.ts';
import { capacityText } from '../../reporters/capacity-text.ts';
import { locales } from '../../reporters/locales/index.ts';
import { shownPath, type ResultFlags } from '../show-result.ts';

export type PlanFlags = ResultFlags & {
  readonly consumers?: string;
  readonly concurrency?: string;
  readonly drainWithin?: string;
  readonly loadFactor?: string;
  readonly peakRate?: string;
  readonly perMessageMs?: string;
  readonly group?: string;
  readonly topic?: string;
  readonly picture?: string;
};

/** `lagline plan`: consumers and partitions that the load of a stored run needs. Exits 0 once it has an answer. */
export const planCommand = async (folder: string, flags: PlanFlags): Promise<number> => {
  const question = readQuestion(flags);
  const record = await readRun(folder);
  const curve = chooseCurve(record, flags);
  const document = buildCapacity(record, curve, { ...question, ...consumersOf(record, curve, flags) });
  const catalog = locales[flags.lang];
  if (flags.picture !== undefined) {
    write(flags.picture, await capacityPicture(document, record.startedAt, catalog));
    process.stderr.write(`picture: ${shownPath(flags.picture)}\n`);
  }
  process.stdout.write(
    flags.json ? `${JSON.stringify(document, null, 2)}\n` : `${capacityText(document, catalog)}\n`,
  );
  return 0;
};

const readQuestion = (flags: PlanFlags): Omit<CapacityQuestion, 'consumers' | 'consumersFrom'> => {
  const { consumers, concurrency, drainWithin, loadFactor, peakRate, perMessageMs } = flags;
  if (loadFactor !== undefined && peakRate !== undefined) {
    throw new KnownError('usage', '--load-factor and --peak-rate are two loads', {
      remedy: 'give one of them',
    });
  }
  if (consumers !== undefined) whole('--consumers', consumers);
  return {
    ...(concurrency === undefined ? {} : { concurrency: whole('--concurrency', concurrency) }),
    ...(drainWithin === undefined ? {} : { drainWithinMs: parseDurationMs(drainWithin, '--drain-within') }),
    ...(loadFactor === undefined ? {} : { loadFactor: positive('--load-factor', loadFactor) }),
    ...(peakRate === undefined ? {} : { peakPerSecond: positive('--peak-rate', peakRate) }),
    ...(perMessageMs === undefined ? {} : { perMessageMs: positive('--per-message-ms', perMessageMs) }),
  };
};

/** A number that is silently wrong would make every number of the answer wrong in proportion: it is never guessed. */
const consumersOf = (
  record: RunRecord,
  curve: GroupCurve,
  { consumers }: PlanFlags,
): Pick<CapacityQuestion, 'consumers' | 'consumersFrom'> => {
  if (consumers !== undefined) return { consumers: whole('--consumers', consumers), consumersFrom: 'given' };
  const recorded = recordedConsumers(record, curve);
  const [only, another] = recorded;
  if (only !== undefined && another === undefined) return { consumers: only, consumersFrom: 'recorded' };
  throw new KnownError(
    'usage',
    only === undefined
      ? 'how many consumers the group had is not in the record of the run'
      : `the group had not the same number of consumers all the while (${recorded.join(', ')})`,
    { remedy: 'give their number while it ran: --consumers <count>' },
  );
};

const whole = (flag: string, text: string): number => {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new KnownError('usage', `${flag} '${text}' is not a number of them`, {
    remedy: 'give a whole number from 1 on',
  });
};

const positive = (flag: string, text: string): number => {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new KnownError('usage', `${flag} '${text}' is not a number`, { remedy: 'give a number above 0' });
};

/** The group and topic that were asked for; the only one if none was. */
const chooseCurve = (record: RunRecord, { group, topic }: PlanFlags): GroupCurve => {
  const all = curvesOf(record);
  if (all.length === 0) {
    throw new KnownError('data-missing', 'the run watched no consumer group', {
      remedy: 'name a run that was given --brokers and --group',
    });
  }
  const chosen = all.filter(
    (curve) =>
      (group === undefined || curve.group === group) && (topic === undefined || curve.topic === topic),
  );
  const [only, another] = chosen;
  if (only !== undefined && another === undefined) return only;
  const asked = [group, topic].filter((name) => name !== undefined).join('/');
  throw new KnownError(
    'usage',
    only === undefined
      ? `the run did not watch ${asked}`
      : `the run watched ${chosen.length} groups or topics`,
    {
      remedy: `choose with --group and --topic: ${all.map((curve) => `${curve.group}/${curve.topic}`).join(', ')}`,
    },
  );
};

const write = (path: string, content: Uint8Array): void => {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new KnownError('output-unwritable', `cannot write ${path}: ${messageOf(error)}`, {
      remedy: 'give another file with --picture',
      cause: error,
    });
  }
};
