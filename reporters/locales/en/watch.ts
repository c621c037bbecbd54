import type { WatchWords } from '../watch-words.ts';

export const enWatch: WatchWords = {
  members: (count) => `${count} members`,
  gap: (time, reason) => `${time} the broker cannot be read: ${reason}; trying on`,
  gapEnd: (time, duration) => `${time} reading again; nothing was measured for ${duration}`,
};
