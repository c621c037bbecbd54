/** What k6 gets of our environment: nothing but where programs and its own configuration are. */
export const k6Environment = (
  from: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const passed = ['PATH', 'HOME'].flatMap((name) =>
    from[name] === undefined ? [] : [[name, from[name]] as const],
  );
  return { ...Object.fromEntries(passed), ...own };
};
