import type { StoreLocation } from '../config.ts';
import type { StorePort } from '../ports.ts';
import { openEmbeddedStore } from './embedded.ts';
import { openPostgresStore } from './postgres.ts';

/** The store a URL names, migrated to the newest schema. */
export async function openStore(location: StoreLocation): Promise<StorePort> {
  switch (location.kind) {
    case 'embedded':
      return openEmbeddedStore(location.directory);
    case 'postgres':
      return openPostgresStore(location.url);
  }
}
