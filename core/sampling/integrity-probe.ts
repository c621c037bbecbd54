import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { KnownError, messageOf } from '../errors.ts';
import { redactUrl } from '../redact.ts';
import type { IntegrityObservation } from '../record/run-record.ts';
import { httpGet, requireHttpUrl } from './http-get.ts';

const count = z.number().int().nonnegative().nullish();

/** Keys lagline understands in the answer; all are optional, and null or absent means that the store cannot say. */
const answer = z.looseObject({
  stock: count,
  accepted: count,
  persisted: count,
  distinctUsers: count,
  duplicates: count,
  oversold: count,
  lost: count,
  unknown: count,
  reason: z.string().nullish(),
});

/** Asks the store for its own counts. Throws an Error that names the address when there is no usable answer. */
export const askIntegrity = async (url: string, clock: Clock): Promise<IntegrityObservation> => {
  const { status, body } = await httpGet(url, 15_000);
  if (status !== 200) throw new Error(`${redactUrl(url)}: HTTP ${status}`);
  const parsed = answer.safeParse(parseJson(body, url));
  if (!parsed.success) throw new Error(`${redactUrl(url)}: ${z.prettifyError(parsed.error)}`);
  const { reason, ...counts } = parsed.data;
  return {
    atMs: clock.elapsedMs(),
    source: `GET ${redactUrl(url)}`,
    stock: counts.stock ?? null,
    accepted: counts.accepted ?? null,
    persisted: counts.persisted ?? null,
    distinctUsers: counts.distinctUsers ?? null,
    duplicates: counts.duplicates ?? null,
    oversold: counts.oversold ?? null,
    lost: counts.lost ?? null,
    unknown: counts.unknown ?? null,
    ...(reason == null ? {} : { reason }),
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
