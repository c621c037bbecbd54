import { withCaret } from './caret.ts';
import { durationPattern, readDurationMs } from './duration.ts';
import { KnownError } from './errors.ts';

/*
 * What `--fault` takes:
 *
 *   fault  = name , [ "=" , value ] , "@" , time , [ "-" , time ] ;   (* times from the beginning of the load *)
 *   name   = target , "." , kind , [ ":" , ( "upstream" | "downstream" ) ] ;
 *   time   = a duration as k6 writes it ;                             (* 20s, 1m30s; a bare number is in ms *)
 *
 * The target may hold dots itself; the last one divides. What a value may be depends on the kind, and whether the name
 * is one of a proxy or of a switch, on what is there.
 */

export type FaultStream = 'upstream' | 'downstream';

export type FaultExpression = {
  /** As it was given. */
  readonly text: string;
  /** `text` without its times, for people: `postgres.latency=200ms`. */
  readonly label: string;
  /** `postgres.latency` */
  readonly name: string;
  readonly target: string;
  readonly kind: string;
  readonly stream: FaultStream | undefined;
  readonly value: string | undefined;
  /** From the beginning of the load, in ms. */
  readonly fromMs: number;
  /** Absent: it stays until the run ends, or it is done in a moment. */
  readonly toMs: number | undefined;
  /** Where its parts begin in `text`, 0-based. */
  readonly at: {
    readonly kind: number;
    readonly stream: number;
    readonly value: number;
    readonly to: number;
  };
};

/** Reads one fault. Throws a KnownError with a caret below the place where it is not one. */
export const parseFaultExpression = (text: string): FaultExpression => {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    const match = new RegExp(pattern.source, 'y');
    match.lastIndex = at;
    const found = match.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const fail = (expected: string, place = at): never => {
    throw notAFault(text, place, `does not parse: expected ${expected}`);
  };
  const time = (what: string): number => {
    const begin = at;
    const written = take(durationPattern) ?? fail(`${what} such as 20s`, begin);
    return readDurationMs(written) ?? fail(`${what} such as 20s`, begin);
  };

  const target = take(/[^=@:]*(?=\.)/) || fail("a target and a fault, such as 'postgres.latency'");
  take(/\./);
  const kindAt = at;
  const kind = take(/[^=@:.\s]+/) ?? fail('the name of a fault');
  const streamAt = at;
  const stream =
    take(/:/) === undefined
      ? undefined
      : (streamOf(take(/[^=@]*/)) ?? fail("'upstream' or 'downstream'", streamAt + 1));
  const valueAt = at + 1;
  const value = take(/=/) === undefined ? undefined : (take(/[^@]+/) ?? fail('a value', valueAt));
  const label = text.slice(0, at);
  if (take(/@/) === undefined)
    fail(value === undefined ? "'=' and a value, or '@' and a time" : "'@' and a time");
  const fromMs = time('a time');
  const toAt = at + 1;
  const toMs = take(/-/) === undefined ? undefined : time('the time of its end');
  if (at < text.length)
    fail(toMs === undefined ? "'-' and the time of its end, or nothing more" : 'nothing more');
  if (toMs !== undefined && toMs <= fromMs) fail('an end behind the beginning', toAt);
  return {
    text,
    label,
    name: `${target}.${kind}`,
    target,
    kind,
    stream,
    value,
    fromMs,
    toMs,
    at: { kind: kindAt, stream: streamAt, value: valueAt, to: toAt },
  };
};

const streamOf = (text: string | undefined): FaultStream | undefined =>
  text === 'upstream' || text === 'downstream' ? text : undefined;

/** What is amiss with a fault, with a caret below the place. */
export const notAFault = (
  text: string,
  place: number,
  what: string,
  remedy = "write it as in 'postgres.latency=200ms@20s-60s' or 'redis.down@30s-35s'",
): KnownError =>
  new KnownError('fault-invalid', `the fault '${text}' ${what}${withCaret(text, place)}`, {
    remedy,
    facts: { fault: text, column: place + 1 },
  });
