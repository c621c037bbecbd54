import { z } from 'zod';

/** Longest user id, in code points. */
export const USER_ID_MAX_CHARACTERS = 128;
/** Longest text taken for one before it is normalised: decomposed, a letter is up to four code points. */
const RAW_MAX_CHARACTERS = 4 * USER_ID_MAX_CHARACTERS;

/** A user id as it comes in; what is said here is checked before `normalUserId` is asked. */
export const rawUserIdSchema = z
  .string()
  .min(1)
  .max(RAW_MAX_CHARACTERS)
  .meta({
    description:
      `Compared and kept trimmed and in Unicode form NFC; then it must have 1 to ${USER_ID_MAX_CHARACTERS} ` +
      'characters, none of them a control character.',
    examples: ['user-1'],
  });

/**
 * A user id as it is compared and stored: trimmed and in Unicode form NFC, so that one person cannot be
 * two users by padding or by another spelling of the same letters.
 */
export function normalUserId(raw: string): string {
  return raw.normalize('NFC').trim();
}

/**
 * Why a normal user id cannot be used; undefined if it can. Control characters and lone surrogates are
 * refused: the store could not keep them apart.
 */
export function userIdProblem(id: string): string | undefined {
  if (id === '') return 'userId must not be empty';
  if (id.length > USER_ID_MAX_CHARACTERS && countCodePoints(id) > USER_ID_MAX_CHARACTERS) {
    return `userId must have at most ${USER_ID_MAX_CHARACTERS} characters`;
  }
  if (!id.isWellFormed() || /\p{Cc}/u.test(id)) {
    return 'userId must be well-formed text without control characters';
  }
  return undefined;
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
