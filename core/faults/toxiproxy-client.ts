import { z } from 'zod';
import { KnownError, messageOf } from '../errors.ts';
import { requestJson, requireLoopbackUrl, requireSuccess } from './http-json.ts';

const proxiesSchema = z.record(
  z.string(),
  z.object({
    enabled: z.boolean(),
    toxics: z.array(z.object({ name: z.string() })).nullish(),
  }),
);

export type FoundProxy = { readonly enabled: boolean; readonly toxics: readonly string[] };

export type ToxiproxyClient = {
  readonly url: string;
  /** By name. Throws a KnownError where no Toxiproxy answers. */
  proxies(): Promise<Readonly<Record<string, FoundProxy>>>;
  /** A toxic of that name that is there already is left as it is. */
  addToxic(
    proxy: string,
    toxic: { readonly name: string } & Readonly<Record<string, unknown>>,
  ): Promise<void>;
  /** One that is not there any more is fine. */
  removeToxic(proxy: string, toxic: string): Promise<void>;
  setEnabled(proxy: string, enabled: boolean): Promise<void>;
};

/** A Toxiproxy, or lagline's own fault proxy, at an address of this machine. */
export const toxiproxyClient = (address: string): ToxiproxyClient => {
  const url = requireLoopbackUrl(address, '--toxiproxy');
  const proxyUrl = (proxy: string): string => `${url}/proxies/${encodeURIComponent(proxy)}`;
  return {
    url,
    proxies: async () => {
      const parsed = proxiesSchema.safeParse((await ask(url)).body);
      if (!parsed.success) throw unreachable(url, 'its answer is not a list of proxies');
      return Object.fromEntries(
        Object.entries(parsed.data).map(([name, { enabled, toxics }]) => [
          name,
          { enabled, toxics: (toxics ?? []).map((toxic) => toxic.name) },
        ]),
      );
    },
    addToxic: async (proxy, toxic) => {
      const answer = await requestJson('POST', `${proxyUrl(proxy)}/toxics`, toxic);
      if (answer.status !== 409) requireSuccess(`toxic ${toxic.name} of ${proxy}`, answer);
    },
    removeToxic: async (proxy, toxic) => {
      const path = `${proxyUrl(proxy)}/toxics/${encodeURIComponent(toxic)}`;
      const answer = await requestJson('DELETE', path);
      if (answer.status !== 404) requireSuccess(`toxic ${toxic} of ${proxy}`, answer);
    },
    setEnabled: async (proxy, enabled) => {
      // By POST, as every 2.x takes it; PATCH came later.
      requireSuccess(`proxy ${proxy}`, await requestJson('POST', proxyUrl(proxy), { enabled }));
    },
  };
};

const ask = async (url: string): Promise<{ body: unknown }> => {
  try {
    return await requestJson('GET', `${url}/proxies`);
  } catch (error) {
    throw unreachable(url, messageOf(error));
  }
};

const unreachable = (url: string, why: string): KnownError =>
  new KnownError('fault-unreachable', `no Toxiproxy answers at ${url}: ${why}`, {
    remedy: 'start one, e.g. with `lagline stack up --full --faults`, or give its address with --toxiproxy',
  });
