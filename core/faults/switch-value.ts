import { readDurationMs } from '../duration.ts';
import { notAFault, type FaultExpression } from '../fault-expression.ts';
import type { FaultSwitch } from './switch-client.ts';

/** The number to set a switch to, in the switch's own unit. Throws a KnownError for a value it cannot have. */
export const readSwitchValue = (fault: FaultExpression, { unit, oneShot, min, max }: FaultSwitch): number => {
  const refuse = (expected: string): never => {
    throw notAFault(
      fault.text,
      fault.at.value,
      `has no value that ${fault.name} can have: expected ${expected}`,
    );
  };
  if (fault.value === undefined) return oneShot ? 1 : refuse(examples(unit));
  const value = numberOf(fault.value, unit);
  if (value === undefined) return refuse(examples(unit));
  const most = max ?? (unit === 'ratio' ? 1 : Number.MAX_SAFE_INTEGER);
  const least = min ?? 0;
  return value < least || value > most ? refuse(`${least} to ${most}`) : value;
};

const numberOf = (text: string, unit: string): number | undefined => {
  if (unit === 'ms') return readDurationMs(text);
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined) return unit === 'ratio' ? Number(percent) / 100 : undefined;
  const number = unit === 'count' ? /^\d+$/ : /^\d+(?:\.\d+)?$/;
  return number.test(text) ? Number(text) : undefined;
};

const examples = (unit: string): string => {
  if (unit === 'ms') return 'a duration such as 200ms';
  if (unit === 'ratio') return 'a ratio such as 0.8 or 80%';
  return unit === 'count' ? 'a whole number' : `a number of ${unit}`;
};
