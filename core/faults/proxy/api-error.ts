/** A request that is refused, as Toxiproxy's API answers it: `{"error": …, "status": …}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const badRequest = (why: string): ApiError => new ApiError(400, `bad request body: ${why}`);
