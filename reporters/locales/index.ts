import type { Catalog, LocaleId } from './catalog.ts';
import { en } from './en/index.ts';
import { ko } from './ko/index.ts';

/** Every language there is; each is one folder and one line here. */
export const locales: Readonly<Record<LocaleId, Catalog>> = { ko, en };
