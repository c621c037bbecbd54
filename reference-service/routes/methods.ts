import type { FastifyInstance } from 'fastify';

/**
 * Lets every path refuse the methods it does not have with 405 instead of 404. Call it before the first
 * route; what it returns, after the last.
 */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const offered = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = offered.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    offered.set(url, methods);
  });
  return () => {
    for (const [url, methods] of Array.from(offered)) {
      const allow = [...methods].join(', ');
      app.route({
        url,
        method: app.supportedMethods.filter((method) => !methods.has(method)),
        exposeHeadRoute: false,
        schema: { hide: true },
        // Before a body is read: it does not matter what it holds.
        onRequest: async (_request, reply) =>
          reply
            .code(405)
            .header('allow', allow)
            .send({ code: 'method_not_allowed', message: `this path takes ${allow}` }),
        handler: () => undefined,
      });
    }
  };
}
