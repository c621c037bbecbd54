import type { Outcome } from '../core/outcome.ts';
import type { Grade } from './locales/catalog.ts';

export const gradeMark: Readonly<Record<Grade, string>> = {
  met: '✅',
  caution: '⚠️',
  unmet: '❌',
  unknown: '❔',
};

export const outcomeMark: Readonly<Record<Outcome, string>> = {
  pass: '✅',
  fail: '❌',
  'no-data': '❔',
  invalid: '⚠️',
};
