import { z } from 'zod';
import { ApiError, badRequest } from './api-error.ts';
import {
  makeTcpProxy,
  type ProxyContext,
  type ProxyDescription,
  type ProxySpec,
  type TcpProxy,
} from './tcp-proxy.ts';

/** Proxies by name. */
export type Proxies = {
  all(): readonly TcpProxy[];
  /** Throws an ApiError where there is none of that name. */
  find(name: string): TcpProxy;
  create(spec: ProxySpec): Promise<TcpProxy>;
  /** Creates those there are not, and replaces those with other addresses; all are checked before the first is made. */
  populate(specs: readonly ProxySpec[]): Promise<readonly TcpProxy[]>;
  remove(name: string): Promise<void>;
  /** Every proxy up again and without a toxic. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

export const makeProxies = (context: ProxyContext): Proxies => {
  const byName = new Map<string, TcpProxy>();
  const find = (name: string): TcpProxy => {
    const proxy = byName.get(name);
    if (proxy === undefined) throw new ApiError(404, 'proxy not found');
    return proxy;
  };
  const add = async (spec: ProxySpec): Promise<TcpProxy> => {
    const proxy = makeTcpProxy(spec, context);
    if (spec.enabled !== false) await proxy.enable();
    byName.set(spec.name, proxy);
    return proxy;
  };
  const isLike = (there: ProxyDescription, wanted: ProxyDescription): boolean =>
    there.listen === wanted.listen && there.upstream === wanted.upstream;
  return {
    all: () => [...byName.values()],
    find,
    create: async (spec) => {
      if (byName.has(spec.name)) throw new ApiError(409, 'proxy already exists');
      return add(spec);
    },
    populate: async (specs) => {
      const wanted = specs.map((spec) => ({ spec, description: makeTcpProxy(spec, context).describe() }));
      const populated: TcpProxy[] = [];
      for (const { spec, description } of wanted) {
        const there = byName.get(spec.name);
        if (there !== undefined && isLike(there.describe(), description)) {
          populated.push(there);
        } else {
          await there?.disable();
          populated.push(await add(spec));
        }
      }
      return populated;
    },
    remove: async (name) => {
      await find(name).disable();
      byName.delete(name);
    },
    reset: async () => {
      for (const proxy of byName.values()) {
        proxy.removeAllToxics();
        await proxy.enable();
      }
    },
    close: async () => {
      for (const proxy of byName.values()) await proxy.disable();
    },
  };
};

const specSchema = z.object({
  name: z.string().min(1),
  listen: z.string().default('127.0.0.1:0'),
  upstream: z.string().min(1),
  enabled: z.boolean().nullish(),
});

/** Reads a proxy as Toxiproxy writes it down. Throws an ApiError that names what is amiss. */
export const readProxySpec = (value: unknown): ProxySpec => {
  const parsed = specSchema.safeParse(value);
  if (parsed.success) return { ...parsed.data, enabled: parsed.data.enabled ?? true };
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  if (field === 'name' || field === 'upstream') throw new ApiError(400, `missing required field: ${field}`);
  throw badRequest(`${field === '' ? '' : `${field}: `}${issue?.message ?? 'not valid'}`);
};

/** Likewise a list of them, as in a config file of Toxiproxy. */
export const readProxySpecs = (value: unknown): ProxySpec[] => {
  if (!Array.isArray(value)) throw badRequest('a list of proxies is expected');
  return value.map(readProxySpec);
};
