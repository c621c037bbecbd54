/**
 * Ink and React, as they are for use and not for development: React's other build is slower and keeps a record of every
 * render. What is set for that is taken back at once, for it is no business of the programs that we start.
 */
export const loadInk = async () => {
  const { NODE_ENV: mode, DEV: devTools } = process.env;
  process.env['NODE_ENV'] = 'production';
  delete process.env['DEV'];
  try {
    const [{ render }, { createElement }, { ScreenApp }] = await Promise.all([
      import('ink'),
      import('react'),
      import('./screen-app.ts'),
    ]);
    return { render, createElement, ScreenApp };
  } finally {
    if (mode === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = mode;
    if (devTools !== undefined) process.env['DEV'] = devTools;
  }
};

export type LoadedInk = Awaited<ReturnType<typeof loadInk>>;
