import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../../core/stack/broker.ts';
import { stopMember } from '../../core/stack/member.ts';
import { systemContext } from '../../core/tools/context.ts';
import { javaTool } from '../../core/tools/java.ts';
import { k6Tool } from '../../core/tools/k6.ts';
import { kafkaTool } from '../../core/tools/kafka.ts';
import { connectKafkaWriter } from '../../fixtures/kafka-writer.ts';
import { startTarget, type Target } from './target.ts';
import type { Surroundings } from './variants.ts';

export type World = {
  /** A folder of its own, gone afterwards. */
  readonly dir: string;
  readonly target: Target;
  readonly surroundings: Omit<Surroundings, 'script'>;
};

/** As many as keep both k6 and the server busy all the time. */
export const vus = 100;

/** One GET and one check an iteration, as fast as the server answers. */
export const scriptOf = (options: object): string => `import http from 'k6/http';
import { check } from 'k6';
export const options = ${JSON.stringify(options)};
export default function () { check(http.get(__ENV.URL), { ok: (response) => response.status === 200 }); }
`;

/** A server to load and a broker to watch, for as long as the work goes on. */
export const inWorld = async (work: (world: World) => Promise<void>): Promise<void> => {
  const context = systemContext();
  const [k6, java, kafka] = [
    await k6Tool(context).ensure(),
    await javaTool(context).ensure(),
    await kafkaTool(context).ensure(),
  ];
  const dir = await mkdtemp(join(tmpdir(), 'lagline-load-bench-'));
  const target = await startTarget(dir);
  const broker = await startBroker({ dir, java, kafka, guarded: true });
  try {
    const writer = await connectKafkaWriter(broker.address);
    await writer.createTopic('orders', 3);
    for (const partition of [0, 1, 2]) {
      await writer.produce('orders', partition, 10);
      await writer.commit('workers', 'orders', partition, 5);
    }
    await writer.close();
    await work({
      dir,
      target,
      surroundings: { k6, url: target.url, broker: broker.address, group: 'workers' },
    });
  } finally {
    await target.stop();
    await stopMember(broker);
    await rm(dir, { recursive: true, force: true });
  }
};
