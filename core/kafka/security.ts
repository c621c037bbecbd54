/** How connections are secured; texts and keys themselves, never where they stand. Nothing of it may be stored. */
export type KafkaSecurity = {
  /** TLS is used where this is there; `ca` undefined: the certificate authorities that Node trusts. */
  readonly tls?: {
    readonly ca?: string;
    /** Our own certificate and key, where brokers ask for one. */
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    /** Name that the broker's certificate is to be for; the broker's host unless given. */
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  readonly sasl?:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: string;
      }
    | {
        readonly mechanism: 'oauthbearer';
        readonly oauthBearerProvider: () => Promise<{ readonly value: string }>;
      };
};

export const noSecurity: KafkaSecurity = {};
