let isSilenced = false;

/** kafkajs 2.2.4 sets a negative timeout on Node 24 (its issue 1751); that one warning is kept off stderr. */
export const silenceNegativeTimeoutWarning = (): void => {
  if (isSilenced) return;
  isSilenced = true;
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    const name = typeof rest[0] === 'string' ? rest[0] : warning instanceof Error ? warning.name : undefined;
    if (name !== 'TimeoutNegativeWarning') (emitWarning as (...all: unknown[]) => void)(warning, ...rest);
  };
};
