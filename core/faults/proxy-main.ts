// The fault proxy as a program:
//   node core/faults/proxy-main.ts [--admin-port 8474] [--proxy 'redis=26379->127.0.0.1:6379' …] [--config proxies.json]
// `--proxy` may be given several times; `--config` is a file in Toxiproxy's own format, a list of objects with name,
// listen, upstream and enabled. When all of it listens, one line of JSON goes to stdout:
//   {"event":"listening","url":"http://127.0.0.1:8474","pid":42,"proxies":[{"name":"redis","listen":"127.0.0.1:26379",…}]}
// Exit codes: 0 ended by SIGTERM or SIGINT, 1 failed, 2 could not start.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { KnownError, messageOf } from '../errors.ts';
import { startFaultProxy, type FaultProxyOptions } from './proxy/fault-proxy.ts';
import { readProxySpecs } from './proxy/proxies.ts';
import type { ProxySpec } from './proxy/tcp-proxy.ts';

/** The port that clients of Toxiproxy look at when nobody tells them another. */
const usualAdminPort = '8474';

const readOptions = (args: readonly string[]): FaultProxyOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'admin-port': { type: 'string', default: usualAdminPort },
      proxy: { type: 'string', multiple: true, default: [] },
      config: { type: 'string' },
    },
  });
  return {
    adminPort: readPort(values['admin-port']),
    proxies: [
      ...(values.config === undefined ? [] : readConfig(values.config)),
      ...values.proxy.map(readProxy),
    ],
  };
};

const readPort = (text: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new KnownError('usage', `--admin-port '${text}' is not a port`, {
    remedy: 'give a number from 0 to 65535; 0 takes any free one',
  });
};

const readProxy = (text: string): ProxySpec => {
  const [, name, listen, upstream] = /^([^=]+)=(.+?)(?:->|→)(.+)$/su.exec(text) ?? [];
  if (name !== undefined && listen !== undefined && upstream !== undefined) {
    return { name: name.trim(), listen: listen.trim(), upstream: upstream.trim() };
  }
  throw new KnownError('usage', `--proxy '${text}' is not a proxy`, {
    remedy: "write it as name=listen->upstream, e.g. 'redis=26379->127.0.0.1:6379'",
  });
};

const readConfig = (path: string): ProxySpec[] => {
  try {
    return readProxySpecs(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new KnownError(
      'config-invalid',
      `the list of proxies in ${path} cannot be read: ${messageOf(error)}`,
      {
        remedy: 'write it as in [{"name":"redis","listen":"127.0.0.1:26379","upstream":"127.0.0.1:6379"}]',
        cause: error,
      },
    );
  }
};

const explain = (error: unknown): { text: string; code: number } => {
  if (error instanceof KnownError) return { text: `${error.message}\n  → ${error.remedy ?? ''}`, code: 2 };
  const isUsage = String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
  if (isUsage) return { text: messageOf(error), code: 2 };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), code: 1 };
};

try {
  const starting = startFaultProxy(readOptions(process.argv.slice(2)));
  const stop = (): void => {
    void starting
      .then((running) => running.close())
      .catch(() => {})
      .then(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const running = await starting;
  process.stdout.write(
    `${JSON.stringify({ event: 'listening', url: running.adminUrl, pid: process.pid, proxies: running.describe() })}\n`,
  );
} catch (error) {
  const { text, code } = explain(error);
  process.stderr.write(`fault-proxy: ${text}\n`);
  process.exit(code);
}
