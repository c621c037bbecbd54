import { KnownError } from '../../core/errors.ts';

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The text with every `${NAME}` replaced by the environment's value; `key` names the place of the config. */
export const fromEnvironment = (text: string, key: string, environment: NodeJS.ProcessEnv): string =>
  text.replaceAll(reference, (_, variable: string) => {
    const found = environment[variable];
    if (found !== undefined) return found;
    throw new KnownError('config-invalid', `${key} refers to \${${variable}}, which is not set`, {
      remedy: `export ${variable} before the run`,
    });
  });

/** The text without its references: what the config itself says. */
export const withoutReferences = (text: string): string => text.replaceAll(reference, '');
