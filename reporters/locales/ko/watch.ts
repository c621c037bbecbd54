import type { WatchWords } from '../watch-words.ts';

export const koWatch: WatchWords = {
  members: (count) => `멤버 ${count}`,
  gap: (time, reason) => `${time} 브로커에서 읽지 못함: ${reason}. 계속 시도합니다`,
  gapEnd: (time, duration) => `${time} 다시 읽기 시작. ${duration} 동안 측정 공백`,
};
