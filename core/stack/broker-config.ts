/** Where one broker listens and keeps its data; all folders absolute, all ports on loopback. */
export type BrokerLayout = {
  port: number;
  controllerPort: number;
  dataDir: string;
  logDir: string;
  proxied: ProxiedListener | undefined;
  /** On top of ours, for tests of brokers that are set up otherwise. */
  settings?: Readonly<Record<string, string>> | undefined;
  secured?: SecuredListeners | undefined;
};

/** More listeners, by name and port, as their protocol (such as SASL_SSL); settings that go with them, and win over ours. */
export type SecuredListeners = {
  readonly listeners: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
};

/** A second listener, whose clients are told to come by another port: that of a proxy before it. */
export type ProxiedListener = { port: number; advertisedPort: number };

/**
 * Settings of a one-node KRaft cluster for tests and demonstrations: nothing is replicated, internal topics are
 * small, groups do not wait for members, topics are made only when asked for.
 */
export const serverProperties = ({
  port,
  controllerPort,
  dataDir,
  proxied,
  secured,
  settings,
}: BrokerLayout): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: listenerList({
      PLAINTEXT: port,
      CONTROLLER: controllerPort,
      PROXIED: proxied?.port,
      ...securedPorts(secured),
    }),
    'advertised.listeners': listenerList({
      PLAINTEXT: port,
      PROXIED: proxied?.advertisedPort,
      ...securedPorts(secured),
    }),
    'listener.security.protocol.map': [
      'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT',
      ...(secured?.listeners ?? []).map(({ name, protocol }) => `${name}:${protocol}`),
    ].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataDir.replaceAll('\\', '/'),
    // A misspelt topic must show up as missing, not come into being.
    'auto.create.topics.enable': false,
    'num.partitions': 1,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    // Tests of crashes cannot wait as long for a member that was killed as a real group does.
    'group.min.session.timeout.ms': 1000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    // The default of 128 MB is a quarter of our heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...settings,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

const securedPorts = (secured: SecuredListeners | undefined): Record<string, number> =>
  Object.fromEntries((secured?.listeners ?? []).map(({ name, port }) => [name, port]));

const listenerList = (ports: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(ports)
    .filter(([, port]) => port !== undefined)
    .map(([name, port]) => `${name}://127.0.0.1:${port}`)
    .join(',');

/** The ports in a file that `serverProperties` wrote, but for those by way of a proxy; undefined if it did not. */
export const portsIn = (properties: string): Pick<BrokerLayout, 'port' | 'controllerPort'> | undefined => {
  const [, port, controllerPort] =
    /^listeners=PLAINTEXT:\/\/127\.0\.0\.1:(\d+),CONTROLLER:\/\/127\.0\.0\.1:(\d+)/m.exec(properties) ?? [];
  if (port === undefined || controllerPort === undefined) return undefined;
  return { port: Number(port), controllerPort: Number(controllerPort) };
};

/** log4j2 writes `broker.log` in the log folder, at most 4 files of 10 MB. */
export const log4jProperties = ({ logDir }: BrokerLayout): string => `status = error
appender.file.type = RollingFile
appender.file.name = FILE
appender.file.fileName = ${logDir}/broker.log
appender.file.filePattern = ${logDir}/broker.log.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %p %m (%c)%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = FILE
`;
