import { readDurationMs } from '../duration.ts';
import { notAFault, type FaultExpression } from '../fault-expression.ts';

/** What a fault on a proxy asks for: the proxy down, or a toxic with its attributes. */
export type ToxicFault =
  | { readonly kind: 'down' }
  | { readonly kind: 'toxic'; readonly type: string; readonly attributes: Readonly<Record<string, number>> };

type Reader = (value: string | undefined, fail: (expected: string) => never) => ToxicFault;

const toxic = (type: string, attributes: Readonly<Record<string, number>>): ToxicFault => ({
  kind: 'toxic',
  type,
  attributes,
});

const readers: Readonly<Record<string, Reader>> = {
  latency: (value, fail) => {
    const [latency, jitter = '0', ...rest] = (value ?? '').split(/±|\+-/).map((part) => part.trim());
    const latencyMs = readDurationMs(latency ?? '');
    const jitterMs = readDurationMs(jitter);
    if (latencyMs === undefined || jitterMs === undefined || rest.length > 0) {
      return fail('a duration such as 200ms, or 200ms±50ms');
    }
    return toxic('latency', { latency: latencyMs, jitter: jitterMs });
  },
  timeout: (value, fail) => toxic('timeout', { timeout: durationOr(0, value, fail) }),
  down: (value, fail) => (value === undefined ? { kind: 'down' } : fail('no value')),
  reset_peer: (value, fail) => toxic('reset_peer', { timeout: durationOr(0, value, fail) }),
  bandwidth: (value, fail) => toxic('bandwidth', { rate: whole(value, 'KB/s', fail) }),
  slow_close: (value, fail) => toxic('slow_close', { delay: durationOr(undefined, value, fail) }),
  slicer: (value, fail) =>
    toxic('slicer', { average_size: whole(value, 'bytes', fail), size_variation: 0, delay: 0 }),
  limit_data: (value, fail) => toxic('limit_data', { bytes: whole(value, 'bytes', fail) }),
};

const durationOr = (
  absent: number | undefined,
  value: string | undefined,
  fail: (expected: string) => never,
): number => (value === undefined ? absent : readDurationMs(value)) ?? fail('a duration such as 500ms');

const whole = (value: string | undefined, unit: string, fail: (expected: string) => never): number =>
  value !== undefined && /^\d+$/.test(value) && Number(value) > 0 && Number.isSafeInteger(Number(value))
    ? Number(value)
    : fail(`a whole number of ${unit} above 0`);

export const toxicKinds: readonly string[] = Object.keys(readers);

/** What the fault asks of its proxy. Throws a KnownError where the kind or the value cannot be. */
export const readToxicFault = (fault: FaultExpression): ToxicFault => {
  const reader = Object.hasOwn(readers, fault.kind) ? readers[fault.kind] : undefined;
  if (reader === undefined) {
    throw notAFault(
      fault.text,
      fault.at.kind,
      `asks for '${fault.kind}', which is no fault of a proxy`,
      `use one of ${toxicKinds.join(', ')}`,
    );
  }
  const wanted = reader(fault.value, (expected) => {
    throw notAFault(
      fault.text,
      fault.at.value,
      `has no value that ${fault.kind} can have: expected ${expected}`,
    );
  });
  if (wanted.kind === 'down' && fault.stream !== undefined) {
    throw notAFault(fault.text, fault.at.stream, 'names a direction, but down cuts both', 'leave it out');
  }
  return wanted;
};
