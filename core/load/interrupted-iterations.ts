/** Iterations that the end of the run cut short, from the last line of progress on k6's console; undefined without one. */
export const interruptedIterations = (console: string): number | undefined => {
  const line = [...console.matchAll(/^running \(.*\b(\d+) interrupted iterations$/gm)].at(-1);
  return line?.[1] === undefined ? undefined : Number(line[1]);
};
