import { makeFormats } from '../formats.ts';

export const enFormats = makeFormats({
  duration: { hours: 'h', minutes: 'm', seconds: 's', milliseconds: 'ms' },
  messages: '',
});
