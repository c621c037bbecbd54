import { KnownError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { reporters } from '../reporters/index.ts';
import { defaultFormats } from './config/settings.ts';

const formatIds: readonly string[] = reporters.map(({ id }) => id);

/** Names of formats as `--format` and the config give them, several in one text with commas between; the defaults where none is given. */
export const readFormats = (given: readonly string[] | undefined): readonly string[] => {
  const names = (given ?? []).flatMap((text) => text.split(',').map((name) => name.trim())).filter(Boolean);
  const unknown = names.find((name) => !formatIds.includes(name));
  if (unknown === undefined) return names.length === 0 ? defaultFormats : [...new Set(names)];
  const nearest = nearestName(unknown, formatIds);
  throw new KnownError('usage', `there is no report format '${unknown}'`, {
    remedy: `${nearest === undefined ? '' : `did you mean '${nearest}'? `}use ${formatIds.join(', ')}, several with commas between`,
  });
};
