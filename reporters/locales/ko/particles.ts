/** Written as after a vowel / after a consonant is decided by the word: `particle('stress', '은/는')`. */
export type ParticlePair = '은/는' | '이/가' | '을/를' | '과/와' | '으로/로';

/** How a word ends when read aloud; `rieul` matters to 으로/로 alone. */
type FinalSound = 'vowel' | 'rieul' | 'consonant';

const digitSounds: Record<string, FinalSound> = {
  '0': 'consonant',
  '1': 'rieul',
  '2': 'vowel',
  '3': 'consonant',
  '4': 'vowel',
  '5': 'vowel',
  '6': 'consonant',
  '7': 'rieul',
  '8': 'rieul',
  '9': 'vowel',
};

/** Names of letters that end in a consonant (엘, 엠, 엔, 알); those of all others end in a vowel. */
const letterNameSounds: Record<string, FinalSound> = {
  l: 'rieul',
  m: 'consonant',
  n: 'consonant',
  r: 'rieul',
};

/** Endings of words that are read as words; what is not listed ends in a vowel (`stress` 스트레스, `peak test` 테스트). */
const wordEndings: readonly (readonly [RegExp, FinalSound])[] = [
  [/(?:ms|sec|second)$/i, 'vowel'],
  [/^k6$/i, 'vowel'],
  [/ng$/i, 'consonant'],
  [/le?$/i, 'rieul'],
  [/[mn]$/i, 'consonant'],
  [/(?:[aeiou])(?:p|ck|k|b)$/i, 'consonant'],
];

/** The word with the particle that its last sound asks for. */
export const withParticle = (word: string, pair: ParticlePair): string => `${word}${particle(word, pair)}`;

const particle = (word: string, pair: ParticlePair): string => {
  const [afterConsonant, afterVowel] = pair.split('/') as [string, string];
  const sound = finalSound(word);
  if (pair === '으로/로') return sound === 'consonant' ? afterConsonant : afterVowel;
  return sound === 'vowel' ? afterVowel : afterConsonant;
};

const finalSound = (word: string): FinalSound => {
  const spoken = word.replace(/\([^)]*\)$/, '').replace(/[^\p{L}\p{N}%]+$/u, '');
  const last = spoken.at(-1) ?? '';
  const syllable = last.charCodeAt(0) - 0xac00;
  if (syllable >= 0 && syllable < 11172) {
    const coda = syllable % 28;
    return coda === 0 ? 'vowel' : coda === 8 ? 'rieul' : 'consonant';
  }
  const token = spoken.match(/[A-Za-z0-9]+$/)?.[0] ?? '';
  for (const [ending, sound] of wordEndings)
    if (token !== token.toUpperCase() && ending.test(token)) return sound;
  const digit = digitSounds[last];
  if (digit !== undefined) return digit;
  if (token.length > 0 && token === token.toUpperCase())
    return letterNameSounds[last.toLowerCase()] ?? 'vowel';
  return 'vowel';
};
