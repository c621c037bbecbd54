/** The address, or a text with addresses in it, without users and passwords. */
export const redactUrl = (url: string): string => url.replaceAll(/\/\/[^/?#\s]*@/g, '//');
