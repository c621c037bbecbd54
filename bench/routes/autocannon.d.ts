/** As much of autocannon as the benches use; it comes without types. */
declare module 'autocannon' {
  export type Request = { body?: string };
  export type Options = {
    readonly url: string;
    readonly method: 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly connections: number;
    /** In seconds. */
    readonly duration: number;
    /** How often it looks whether the time is over, in ms. */
    readonly sampleInt: number;
    readonly requests: readonly { readonly setupRequest: (request: Request) => Request }[];
  };
  export type Result = {
    /** As measured, in seconds. */
    readonly duration: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly '2xx': number;
    readonly latency: { readonly p50: number; readonly p99: number };
  };
  export default function autocannon(options: Options): Promise<Result>;
}
