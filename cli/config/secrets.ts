/** What the values of a run's variables and addresses tell that nobody else may read. */
export type GivenSecrets = {
  readonly variables: Readonly<Record<string, string>>;
  /** Names of variables whose values came from the environment. */
  readonly passed: ReadonlySet<string>;
  readonly addresses: readonly string[];
};

const secretName =
  /token|secret|passw|passphrase|pwd|(?:^|_)key$|apikey|private|credential|auth|cookie|session/i;

/** Shorter ones would be found in the midst of other words. */
const leastCharacters = 6;

/**
 * Values that must not stand in what k6 prints: of variables that the environment passed or whose name says so, and users,
 * passwords and query values of addresses. Values of other variables may be words such as the name of a scenario; they are
 * not stored either, but a script may print them.
 */
export const secretsOf = ({ variables, passed, addresses }: GivenSecrets): string[] => {
  const values = Object.entries(variables);
  return [
    ...new Set([
      ...values
        .filter(([name, value]) => !isAddress(value) && (passed.has(name) || secretName.test(name)))
        .map(([, value]) => value),
      ...[...addresses, ...values.map(([, value]) => value)].flatMap(secretsOfAddress),
    ]),
  ].filter((secret) => secret.length >= leastCharacters);
};

const isAddress = (value: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && URL.canParse(value);

const secretsOfAddress = (address: string): string[] => {
  if (!isAddress(address)) return [];
  const { username, password, search, searchParams } = new URL(address);
  const pairs = search.slice(1).split('&');
  return [
    ...[username, password].flatMap((text) => [text, decoded(text)]),
    ...searchParams.values(),
    ...pairs.map((pair) => pair.slice(pair.indexOf('=') + 1)),
  ];
};

const decoded = (text: string): string => (/%(?![0-9a-f]{2})/i.test(text) ? text : unescaped(text));

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
