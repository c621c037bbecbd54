/** Every expected failure has a code of this closed list; it is stable and may be matched by scripts. */
export type ErrorCode =
  | 'usage'
  | 'config-invalid'
  | 'rule-invalid'
  | 'fault-invalid'
  | 'fault-unreachable'
  | 'scenario-unknown'
  | 'script-invalid'
  | 'tool-missing'
  | 'tool-download'
  | 'broker-unreachable'
  | 'group-missing'
  | 'topic-missing'
  | 'history-missing'
  | 'not-authorized'
  | 'prometheus-unreachable'
  | 'probe-unreachable'
  | 'port-taken'
  | 'output-unwritable'
  | 'stack-start'
  | 'stack-state'
  | 'record-unreadable'
  | 'summary-unreadable'
  | 'document-unreadable'
  | 'data-missing'
  | 'font-missing';

export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A failure we foresaw: bad input, a missing tool, a server that does not answer.
 * It is printed without a stack trace and ends the command with exit code 2.
 */
export class KnownError extends Error {
  override readonly name = 'KnownError';
  readonly code: ErrorCode;
  /** What the user can do about it; one sentence, absent only where nothing can be advised. */
  readonly remedy: string | undefined;
  readonly facts: Facts;

  constructor(code: ErrorCode, message: string, details: KnownErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.remedy = details.remedy;
    this.facts = details.facts ?? {};
  }
}

export type KnownErrorDetails = { remedy?: string; facts?: Facts; cause?: unknown };

/** The message of anything that was thrown, without a stack; of several errors in one, theirs. */
export const messageOf = (error: unknown): string => {
  // A host with several addresses that all refuse gives such an error, with no message of its own.
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(messageOf))].join('; ');
  return error instanceof Error ? error.message : String(error);
};
