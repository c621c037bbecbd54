/** The address without user and password. */
export const redactUrl = (url: string): string => url.replace(/\/\/[^/@]*@/, '//');
