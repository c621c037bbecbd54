/** The part of fastify's logger the rest of the service uses; it writes to stderr from `warn` up. */
export type Logger = {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
};
