import { makeFormats } from '../formats.ts';

export const koFormats = makeFormats({
  duration: { hours: '시간', minutes: '분', seconds: '초', milliseconds: 'ms' },
  messages: '건',
});
