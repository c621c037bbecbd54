/** True if `version` is `minimum` or later, compared number by number; missing numbers count as 0. */
export const isAtLeast = (version: string, minimum: string): boolean => {
  const [own, least] = [numbers(version), numbers(minimum)];
  for (let index = 0; index < Math.max(own.length, least.length); index += 1) {
    const difference = (own[index] ?? 0) - (least[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};

const numbers = (version: string): number[] =>
  version.split('.').map((part) => Number.parseInt(part, 10) || 0);
