/** Whether a host name or address cannot leave this machine: `localhost`, 127.0.0.0/8 and ::1. */
export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i.test(host);
