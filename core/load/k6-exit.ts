/** k6's own exit codes, in k6's order; 255 stands for an error k6 gives no code to. */
const meanings: Readonly<Record<number, string>> = {
  0: 'it ended without error',
  97: 'the cloud run failed',
  98: 'the progress of the cloud run is unknown',
  99: 'a threshold failed',
  100: 'setup() took too long',
  101: 'teardown() took too long',
  102: 'a time limit was reached',
  103: 'it was stopped through its REST API',
  104: 'its configuration is invalid',
  105: 'it was stopped by a signal',
  106: 'its REST API could not start',
  107: 'the script threw an exception',
  108: 'the script aborted the test',
  109: 'k6 itself crashed',
  110: 'the script marked the test as failed',
  255: 'an error without a code of its own',
};

export type K6Exit = { readonly exitCode: number | null; readonly signal: string | null };

/** Why k6 ended, in one clause; `complaint` is the last error in its log, if any. */
export const exitReason = ({ exitCode, signal }: K6Exit, complaint: string | undefined): string => {
  const reason =
    signal !== null
      ? `k6 was ended by ${signal}`
      : `k6 ended with code ${exitCode} (${meanings[exitCode ?? -1] ?? 'unknown to lagline'})`;
  return complaint === undefined ? reason : `${reason}: ${complaint}`;
};
