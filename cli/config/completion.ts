import { KnownError } from '../../core/errors.ts';
import type { RunPlan } from '../../core/plan.ts';
import { redactUrl } from '../../core/redact.ts';

/** `<metrics address>#<histogram>`; the histogram by its name as the exposition has it, without `_bucket`. */
export const completionPlan = (text: string | undefined): RunPlan['completion'] => {
  if (text === undefined) return undefined;
  const at = text.lastIndexOf('#');
  const [url, name] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  const histogram = name.replace(/_bucket$/, '');
  if (/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(histogram) && url !== '') return { url, histogram };
  throw new KnownError(
    'config-invalid',
    name === ''
      ? `'${redactUrl(text)}' names no histogram of completion times`
      : `'${name}' is no name of a histogram`,
    {
      remedy:
        'write <metrics address>#<histogram>, e.g. http://localhost:8080/metrics#order_completion_seconds',
    },
  );
};
