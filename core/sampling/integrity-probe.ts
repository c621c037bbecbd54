import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { KnownError, messageOf } from '../errors.ts';
import { redactUrl } from '../redact.ts';
import { each, integrityCountNames, sampledIdNames } from '../record/integrity-counts.ts';
import type { IntegrityObservation } from '../record/run-record.ts';
import { httpGet, requireHttpUrl } from './http-get.ts';

const count = z.number().int().nonnegative().nullish();
const shownIds = 20;
/** Longer ones are cut: they are for people, to look a row up by. */
const idLength = 200;
const ids = z
  .array(z.union([z.string(), z.number()]))
  .nullish()
  .transform((given) => (given ?? []).slice(0, shownIds).map((id) => String(id).slice(0, idLength)));

/** Keys lagline understands in the answer; all are optional, and null or absent means that the store cannot say. */
const answer = z.looseObject({
  ...each(integrityCountNames, () => count),
  drained: z.boolean().nullish(),
  reason: z.string().nullish(),
  ids: z.looseObject(each(sampledIdNames, () => ids)).nullish(),
});

/** Asks the store for its own counts. Throws an Error that names the address when there is no usable answer. */
export const askIntegrity = async (url: string, clock: Clock): Promise<IntegrityObservation> => {
  const { status, body } = await httpGet(url, 15_000);
  if (status !== 200) throw new Error(`${redactUrl(url)}: HTTP ${status}`);
  const parsed = answer.safeParse(parseJson(body, url));
  if (!parsed.success) throw new Error(`${redactUrl(url)}: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  return {
    atMs: clock.elapsedMs(),
    source: `GET ${redactUrl(url)}`,
    ...each(integrityCountNames, (name) => data[name] ?? null),
    drained: data.drained ?? null,
    ...(data.reason == null ? {} : { reason: data.reason }),
    ...(data.ids == null ? {} : { ids: each(sampledIdNames, (name) => data.ids?.[name] ?? []) }),
  };
};

const parseJson = (body: string, url: string): unknown => {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Error(`${redactUrl(url)}: the answer is not JSON`, { cause: error });
  }
};

/** Asks before the load; a probe that gives no usable answer then is a KnownError. */
export const checkIntegrityProbe = async (url: string, clock: Clock): Promise<IntegrityObservation> => {
  requireHttpUrl(url, 'the integrity address');
  try {
    return await askIntegrity(url, clock);
  } catch (error) {
    throw new KnownError('probe-unreachable', `the integrity probe gives no answer: ${messageOf(error)}`, {
      remedy:
        'check the address; it must answer with JSON such as {"accepted":10,"persisted":10,"duplicates":0,"oversold":0}',
      cause: error,
    });
  }
};
