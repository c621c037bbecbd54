import { z } from 'zod';

const group = z.union([
  z.string().min(1),
  z.strictObject({ group: z.string().min(1), topics: z.array(z.string().min(1)).optional() }),
]);

/** `lagline.config.{yaml,yml,json,ts,mjs}`; every key can be given as a flag too, and the flag wins. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  /** Variables for the script. `${NAME}` takes the value from the environment. */
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  targetUrl: z.string().optional(),
  timeScale: z.number().positive().max(1).optional(),
  profile: z.string().optional(),
  kafka: z
    .strictObject({ brokers: z.array(z.string().min(1)).min(1), groups: z.array(group).min(1) })
    .optional(),
  prometheus: z
    .strictObject({
      url: z.string().optional(),
      queries: z.record(z.string(), z.string()).optional(),
      scrape: z.array(z.string()).optional(),
    })
    .optional(),
  integrity: z.strictObject({ url: z.string() }).optional(),
  /** Sampling interval, as k6 writes durations. */
  interval: z.string().optional(),
  drainTimeout: z.string().optional(),
  thresholds: z.record(z.string(), z.array(z.string())).optional(),
  out: z.string().optional(),
});

export type Config = z.infer<typeof configSchema>;
