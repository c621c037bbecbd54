// The parts of kafkajs 2.2.4 below its public face: a connection with TLS and SASL, over which a request goes that is
// encoded by us.
declare module 'kafkajs/src/network/connectionPool.js' {
  type Logger = { namespace(): Logger; info(): void; error(): void; warn(): void; debug(): void };
  /** Rejects where it is no longer connected. */
  type Connection = {
    send(message: {
      request: {
        apiKey: number;
        apiName: string;
        apiVersion: number;
        encode(): Promise<{ buf: Buffer; buffer: Buffer }>;
      };
      response: { decode(raw: Buffer): Promise<Buffer>; parse(raw: Buffer): Promise<Buffer> };
      requestTimeout: number;
      logResponseError: boolean;
    }): Promise<Buffer>;
  };
  class ConnectionPool {
    constructor(options: {
      host: string;
      port: number;
      clientId: string;
      ssl: object | null;
      sasl: object | null;
      socketFactory: unknown;
      connectionTimeout: number;
      requestTimeout: number;
      enforceRequestTimeout: boolean;
      logger: Logger;
    });
    /** The one for everything but fetches, by which the broker is greeted. */
    getConnection(): Promise<Connection>;
  }
  export default ConnectionPool;
}

declare module 'kafkajs/src/network/connection.js' {
  class Connection {
    /** While it authenticates itself; whether an answer is waited for then that has its length in front. */
    readonly authHandlers: { onSuccess(raw: Buffer): void } | null;
    readonly authExpectResponse: boolean;
    readonly requestQueue: {
      fulfillRequest(answer: { size: number; correlationId: number; payload: Buffer }): void;
    };
    readonly socket: { destroy(error: Error): void };
    processData: (this: Connection, chunk: Buffer) => void;
  }
  export default Connection;
}

declare module 'kafkajs/src/broker/index.js' {
  import type ConnectionPool from 'kafkajs/src/network/connectionPool.js';
  class Broker {
    constructor(options: { connectionPool: ConnectionPool; logger: object; authenticationTimeout: number });
    /** By API key, what the broker takes; null before it has said. */
    versions: Record<number, { minVersion: number; maxVersion: number }> | null;
    isConnected(): boolean;
    connect(): Promise<void>;
    disconnect(): Promise<void>;
  }
  export default Broker;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  const createSocketFactory: () => unknown;
  export default createSocketFactory;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The requests of one connection. */
  class RequestQueue {
    /** Not sent yet. */
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests: (this: RequestQueue) => void;
  }
  export default RequestQueue;
}
