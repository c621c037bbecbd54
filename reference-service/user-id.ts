import { z } from 'zod';

/** Longest user id, in code points. */
export const USER_ID_MAX_CHARACTERS = 128;

/**
 * A user id as it is compared and stored: trimmed and in Unicode form NFC, so that one person cannot be
 * two users by padding or by another spelling of the same letters. Control characters and lone surrogates
 * are refused: the store could not keep them apart.
 */
export const userIdSchema = z
  .string('userId must be a string')
  .transform((raw) => raw.normalize('NFC').trim())
  .refine((id) => id !== '', { error: 'userId must not be empty', abort: true })
  .refine((id) => id.length <= USER_ID_MAX_CHARACTERS || countCodePoints(id) <= USER_ID_MAX_CHARACTERS, {
    error: `userId must have at most ${USER_ID_MAX_CHARACTERS} characters`,
    abort: true,
  })
  .refine((id) => id.isWellFormed() && !/\p{Cc}/u.test(id), {
    error: 'userId must be well-formed text without control characters',
  });

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
