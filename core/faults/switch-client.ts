import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import { requestJson, requireLoopbackUrl, requireSuccess } from './http-json.ts';

const switchSchema = z.object({
  name: z.string().min(1),
  /** `ms`, `ratio` (0 to 1), `count`, or what else it is in. */
  unit: z.string(),
  value: z.number(),
  /** It is done in a moment and has no end. */
  oneShot: z.boolean().default(false),
  min: z.number().optional(),
  max: z.number().optional(),
});

const answerSchema = z.object({ faults: z.array(switchSchema) });

export type FaultSwitch = z.infer<typeof switchSchema>;

/** The fault switches of one service under test: `GET /faults`, `PUT` and `DELETE /faults/:name`. */
export type SwitchClient = {
  readonly url: string;
  /** Throws a KnownError where the service shows none. */
  list(): Promise<readonly FaultSwitch[]>;
  set(name: string, value: number): Promise<void>;
  reset(name: string): Promise<void>;
};

export const switchClient = (address: string): SwitchClient => {
  const url = requireLoopbackUrl(address, '--fault-api');
  const switchUrl = (name: string): string => `${url}/faults/${encodeURIComponent(name)}`;
  return {
    url,
    list: async () => {
      const parsed = answerSchema.safeParse(await ask(url));
      if (parsed.success) return parsed.data.faults;
      throw unreachable(url, 'its answer is not {"faults":[{"name":…,"unit":…,"value":…}]}');
    },
    set: async (name, value) =>
      requireSuccess(`switch ${name} at ${url}`, await requestJson('PUT', switchUrl(name), { value })),
    reset: async (name) =>
      requireSuccess(`switch ${name} at ${url}`, await requestJson('DELETE', switchUrl(name))),
  };
};

const ask = async (url: string): Promise<unknown> => {
  try {
    const answer = await requestJson('GET', `${url}/faults`);
    requireSuccess(`${url}/faults`, answer);
    return answer.body;
  } catch (error) {
    throw unreachable(url, messageOf(error));
  }
};

const unreachable = (url: string, why: string): KnownError =>
  new KnownError('fault-unreachable', `no fault switches answer at ${url}: ${why}`, {
    remedy: 'check --fault-api; the service has to run with its fault switches on',
  });
