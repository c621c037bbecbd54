import type { Redis } from './redis-client.ts';

/** What this Redis, as it is set up, does not promise. Settings that may not be read are caveats too. */
export async function redisCaveats(client: Redis): Promise<readonly string[]> {
  const settings = await readSettings(client, ['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy']);
  if (settings === undefined) {
    return ['whether Redis keeps every admission on disk is not known: its settings cannot be read'];
  }
  const caveats: string[] = [];
  if (settings.get('appendonly') !== 'yes') {
    caveats.push('a crash of Redis loses admissions: appendonly is off');
  } else if (settings.get('appendfsync') !== 'always') {
    caveats.push(
      `a crash of Redis’s machine may lose the last admissions: appendfsync is ${settings.get('appendfsync') ?? 'not known'}`,
    );
  }
  const policy = settings.get('maxmemory-policy');
  if (settings.get('maxmemory') !== '0' && policy !== 'noeviction') {
    caveats.push(
      `Redis may drop the ledger when its memory is full: maxmemory-policy is ${policy ?? 'not known'}`,
    );
  }
  return caveats;
}

async function readSettings(
  client: Redis,
  names: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const values = await Promise.all(names.map((name) => client.config('GET', name)));
    return new Map(
      values.flatMap((pair) => {
        const [key, value] = pair;
        return key === undefined || value === undefined ? [] : [[key, value] as const];
      }),
    );
  } catch {
    return undefined;
  }
}
