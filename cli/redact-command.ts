import { redactUrl } from '../core/redact.ts';

/** The command line as it may be stored: values of script variables and credentials in addresses are left out. */
export const redactCommand = (args: readonly string[]): string[] =>
  args.map((arg, index) => {
    const before = args[index - 1];
    if (before === '-e' || before === '--env') return arg.replace(/=.*$/su, '=[REDACTED]');
    if (/^(--env=|-e[A-Za-z_])/.test(arg))
      return arg.replace(/^(--env=[^=]*|-e[^=]*)=.*$/su, '$1=[REDACTED]');
    return redactUrl(arg);
  });
