const stepsMs = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);

/** Round times from 0 on, at most `atMost` of them. */
export const timeTicks = (durationMs: number, atMost = 13): number[] => {
  const step =
    stepsMs.find((step) => durationMs / step <= atMost - 1) ??
    Math.ceil(durationMs / atMost / 86_400_000) * 86_400_000;
  return Array.from({ length: Math.floor(durationMs / step) + 1 }, (_, index) => index * step);
};
