/** The address, or a text with addresses in it, without users and passwords, and without the values of their queries. */
export const redactUrl = (url: string): string => redactQueries(url.replaceAll(/\/\/[^/?#\s]*@/g, '//'));

/** Only without the values of the queries. A reference to the environment stays: it is what the config says. */
export const redactQueries = (url: string): string =>
  url.replaceAll(
    /(\/\/[^?#\s"']*\?)([^#\s"']*)/g,
    (_, before: string, query: string) => before + query.split('&').map(redactParameter).join('&'),
  );

/** A parameter without a value may be a secret itself. */
const redactParameter = (part: string): string => {
  const at = part.indexOf('=');
  const value = part.slice(at + 1);
  if (value === '' || /^\$\{\w+\}$/.test(value)) return part;
  return `${part.slice(0, at + 1)}[REDACTED]`;
};
