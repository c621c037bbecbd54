import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import type { AdmissionPort, LedgerSources } from '../ports.ts';
import { openEmbeddedAdmission } from './embedded.ts';

export type AdmissionParts = { readonly sources: LedgerSources; readonly logger: Logger };

/** The admission a URL names, holding what earlier processes have already issued. */
export async function openAdmission(config: Config, parts: AdmissionParts): Promise<AdmissionPort> {
  const { admission } = config;
  switch (admission.kind) {
    case 'embedded':
      return openEmbeddedAdmission({ ...config, ...parts, now: Date.now });
    case 'redis': {
      // Loaded only where it is used.
      const { openRedisAdmission } = await import('./redis.ts');
      return openRedisAdmission({ ...config, ...parts, url: admission.url });
    }
  }
}
