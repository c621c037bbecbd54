import { readConfig } from './config.ts';
import type { Config } from './config.ts';
import { KnownError } from './errors.ts';
import { startService } from './service.ts';
import type { Service } from './service.ts';

/** Exit codes: 0 stopped on request · 1 failed while running · 2 could not start. */
const STOP_DEADLINE_MS = 8_000;

function fail(message: string, code: number): never {
  process.stderr.write(`coupon-service: ${message}\n`);
  process.exit(code);
}

function explain(error: unknown): string {
  return error instanceof KnownError
    ? `${error.message}; ${error.remedy}`
    : String(error instanceof Error ? error.stack : error);
}

function exitWhenStopped(service: Promise<Service>): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => fail(`did not stop within ${STOP_DEADLINE_MS} ms`, 1), STOP_DEADLINE_MS).unref();
    service
      .then((running) => running.stop())
      .then(() => process.exit(0))
      .catch((error: unknown) => fail(explain(error), 1));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function announce(service: Service, config: Config): void {
  const { url, admissionKind: admission, storeKind: store, caveats } = service;
  const roles = [...config.roles];
  process.stderr.write(
    `coupon-service: ${roles.join(', ')} with ${admission} admission and ${store} store` +
      `${config.faults ? '; fault switches are ON' : ''}\n`,
  );
  for (const caveat of caveats) process.stderr.write(`coupon-service: not promised: ${caveat}\n`);
  process.stdout.write(
    `${JSON.stringify({ event: 'listening', url, pid: process.pid, roles, admission, store })}\n`,
  );
}

try {
  const config = readConfig(process.env);
  const starting = startService({
    config,
    log: process.stderr,
    onConsumerLost: (error) => fail(`the consumer gave up: ${error.message}`, 1),
  });
  exitWhenStopped(starting);
  announce(await starting, config);
} catch (error) {
  fail(explain(error), error instanceof KnownError ? 2 : 1);
}
