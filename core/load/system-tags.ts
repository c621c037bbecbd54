import type { MetricSelector } from '../threshold-expression.ts';
import type { InspectedScript } from './planned-scenario.ts';

/** k6's own summary is made from these, and so are the parts that the timeline always keeps. */
const alwaysNeeded = ['check', 'expected_response', 'group', 'scenario'];

/**
 * Of the system tags that a script has (k6's default or its own), those that its thresholds, `askedFor` or k6's summary ask
 * for; undefined where k6 has to be left its own. An output gets a series for each set of tags: with `url`, a script that
 * requests another address each time would have k6 keep histograms for every request it ever sent, and push those of each
 * second's. Tags that the script itself gives to its requests are none of these.
 */
export const neededSystemTags = (
  { systemTags, thresholds }: InspectedScript,
  askedFor: readonly MetricSelector[] = [],
): readonly string[] | undefined => {
  const asked = new Set([...alwaysNeeded, ...askedFor.flatMap(({ tags }) => Object.keys(tags))]);
  // k6 reads tags in more ways than it documents (quoted, say): one tag too many is no harm, one too few a wrong verdict.
  const braced = thresholds.map((text) => text.split('{').slice(1).join('{'));
  return systemTags?.filter((tag) => asked.has(tag) || braced.some((text) => text.includes(tag)));
};
