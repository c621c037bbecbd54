import type { Config } from './config-schema.ts';
import { fromEnvironment } from './environment-references.ts';

/** The config with the environment's values in its addresses, in place of each `${NAME}`. Those of probes stay as written. */
export const withAddresses = (config: Config, environment: NodeJS.ProcessEnv): Config => {
  const resolved = (text: string, key: string): string => fromEnvironment(text, key, environment);
  const { targetUrl, prometheus, completion, integrity, faultInjection } = config;
  const url = (address: string | undefined, key: string) =>
    address === undefined ? {} : { url: resolved(address, `${key}.url`) };
  const list = (addresses: readonly string[], key: string): string[] =>
    addresses.map((address, index) => resolved(address, `${key}.${index}`));
  return {
    ...config,
    ...(targetUrl === undefined ? {} : { targetUrl: resolved(targetUrl, 'targetUrl') }),
    ...(prometheus === undefined
      ? {}
      : {
          prometheus: {
            ...prometheus,
            ...url(prometheus.url, 'prometheus'),
            ...(prometheus.scrape === undefined
              ? {}
              : { scrape: list(prometheus.scrape, 'prometheus.scrape') }),
          },
        }),
    ...(completion === undefined ? {} : { completion: resolved(completion, 'completion') }),
    ...(integrity === undefined ? {} : { integrity: { ...integrity, ...url(integrity.url, 'integrity') } }),
    ...(faultInjection === undefined
      ? {}
      : {
          faultInjection: {
            ...(faultInjection.toxiproxy === undefined
              ? {}
              : { toxiproxy: resolved(faultInjection.toxiproxy, 'faultInjection.toxiproxy') }),
            ...(faultInjection.services === undefined
              ? {}
              : { services: list(faultInjection.services, 'faultInjection.services') }),
          },
        }),
  };
};
