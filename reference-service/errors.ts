/**
 * A failure whose cause is known and lies outside the program: a wrong setting, a broker that does not
 * answer, a port that is taken. Only `main.ts` prints it, as one line, and exits with 2.
 */
export class KnownError extends Error {
  override readonly name = 'KnownError';
  /** What the operator can do about it. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The store cannot be asked now, and may be later: its server is away, starting, full or does not answer in
 * time. Nothing is known of what was under way; all of the store's statements may be repeated.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
