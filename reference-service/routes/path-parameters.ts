import { z } from 'zod';
import { rawUserIdSchema } from '../user-id.ts';

const eventId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/)
  .meta({ examples: ['demo'] });

export const eventParams = z.object({ eventId });
export const eventUserParams = z.object({ eventId, userId: rawUserIdSchema });
