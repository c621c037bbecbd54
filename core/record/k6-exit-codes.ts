/** The script told k6 that the test failed (`exec.test.fail`). */
export const markedAsFailed = 110;

const ranToEnd: readonly (number | null)[] = [0, 99, markedAsFailed];

/** Whether k6 ran to its end: clean, with thresholds that failed, or marked as failed by the script. null: it did not exit by itself. */
export const hasRunToEnd = (exitCode: number | null): boolean => ranToEnd.includes(exitCode);
