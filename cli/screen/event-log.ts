/** What happened, as one line of the screen. */
export type LoggedEvent = {
  readonly atEpochMs: number;
  readonly text: string;
  readonly isWarning: boolean;
  /** How often in a row it was told. */
  readonly times: number;
};

export type EventLog = {
  readonly add: (event: Omit<LoggedEvent, 'times'>) => void;
  /** Newest last. */
  readonly newest: (count: number) => readonly LoggedEvent[];
};

const kept = 100;

/** The newest events; what is told again at once, as every tick of a broker that is away, is one event that goes on. */
export const createEventLog = (): EventLog => {
  const events: LoggedEvent[] = [];
  return {
    add: (event) => {
      const last = events.at(-1);
      if (last?.text === event.text) {
        events[events.length - 1] = { ...event, times: last.times + 1 };
        return;
      }
      events.push({ ...event, times: 1 });
      if (events.length > kept) events.shift();
    },
    newest: (count) => (count <= 0 ? [] : events.slice(-count)),
  };
};
