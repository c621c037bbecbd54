import { redactUrl } from '../core/redact.ts';

/** This process's own command line, as it may be stored. */
export const ownCommand = (): string[] => ['lagline', ...redactCommand(process.argv.slice(2))];

/** The command line as it may be stored: values of script variables and credentials in addresses are left out. */
const redactCommand = (args: readonly string[]): string[] =>
  args.map((arg, index) => {
    const before = args[index - 1];
    if (before !== undefined && /^(-q*e|--env)$/.test(before)) return arg.replace(/=.*$/su, '=[REDACTED]');
    return redactUrl(arg.replace(/^(--env=[^=]*|-q*e[^=]*)=.*$/su, '$1=[REDACTED]'));
  });
