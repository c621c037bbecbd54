import { Command, Option } from 'commander';
import { timeLagWays } from '../core/time-lag-ways.ts';
import { exitCodes } from '../core/exit-codes.ts';
import { variableOf } from './config/settings.ts';
import { helpWords } from './help/index.ts';
import type { HelpWords } from './help/words.ts';

/** Exit code of a command that ended in order. */
export type Done = (exitCode: number) => void;

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** The tree of commands; each command's module is loaded only when it is called. */
export const buildProgram = (version: string, environment: NodeJS.ProcessEnv, done: Done): Command => {
  const words = helpWords(environment);
  const program = new Command('lagline')
    .description(words.program)
    .version(version, '-V, --version', words.version)
    .helpOption('-h, --help', words.help)
    .helpCommand('help [command]', words.helpCommand)
    .addHelpText('after', `\n${exitCodeTable(words)}`)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ styleTitle: (title) => translateTitle(title, words), showGlobalOptions: false });
  addDemo(program, words, done);
  addRun(program, words, done);
  addReconstruct(program, words, done);
  addReport(program, words, done);
  addGate(program, words, done);
  addWatch(program, words, done);
  addPlan(program, words, done);
  addCompare(program, words, done);
  addConfig(program, words, done);
  addStack(program, words, done);
  addInit(program, words, done);
  addDoctor(program, words, done);
  addCompletion(program, words, done);
  return program;
};

const translateTitle = (title: string, words: HelpWords): string =>
  ({
    'Usage:': words.usage,
    'Options:': words.options,
    'Commands:': words.commands,
    'Arguments:': words.arguments,
  })[title] ?? title;

const exitCodeTable = (words: HelpWords): string =>
  [
    words.exitCodesTitle,
    ...exitCodes.map(({ code }) => `  ${String(code).padStart(3)}  ${words.exitCodes[code] ?? ''}`),
  ].join('\n');

const command = (parent: Command, nameAndArguments: string, summary: string, words: HelpWords): Command =>
  parent.command(nameAndArguments).description(summary).helpOption('-h, --help', words.help);

const language = (words: HelpWords): Option =>
  new Option('--lang <lang>', words.lang).choices(['ko', 'en']).default('ko').env('LAGLINE_LANG');

const view = (words: HelpWords): Option =>
  new Option('--view <view>', words.view).choices(['screen', 'lines']).env('LAGLINE_VIEW');

const formats = (words: HelpWords): Option =>
  new Option('--format <list>', words.format).default([]).argParser(collect).env('LAGLINE_FORMAT');

const addDemo = (program: Command, words: HelpWords, done: Done): void => {
  command(program, 'demo', words.demo.summary, words)
    .option('--out <dir>', words.demo.out, '.')
    .addOption(formats(words))
    .addOption(language(words))
    .option('--json', words.json)
    .option('-q, --quiet', words.quiet)
    .action(async (flags) => done(await (await import('./commands/demo.ts')).demo(flags)));
};

/** An option that an environment variable can stand for, by the one list of settings. */
const setting = (flags: string, help: string): Option => {
  const option = new Option(flags, help);
  const variable = variableOf(option.attributeName());
  return variable === undefined ? option : option.env(variable);
};

const repeated = (flags: string, help: string): Option => setting(flags, help).default([]).argParser(collect);

/** The settings of a run, each of which the config file has a key for. */
const addSettings = (to: Command, words: HelpWords): Command => {
  const help = words.run;
  return to
    .addOption(repeated('-e, --env <KEY[=VALUE]>', help.env))
    .addOption(setting('--target <url>', help.target))
    .addOption(new Option('--brokers <list>', help.brokers))
    .addOption(new Option('--kafka-config <file>', help.kafkaConfig))
    .addOption(repeated('--group <name>', help.group))
    .addOption(repeated('--topic <name>', help.topic))
    .addOption(setting('--time-lag <way>', help.timeLag).choices(timeLagWays))
    .addOption(setting('--prometheus <url>', help.prometheus))
    .addOption(repeated('--query <id=promql>', help.query))
    .addOption(repeated('--scrape <url>', help.scrape))
    .addOption(setting('--completion <url#histogram>', help.completion))
    .addOption(setting('--integrity <url>', help.integrity))
    .addOption(repeated('--threshold <metric=expression>', help.threshold))
    .addOption(repeated('--fault <fault@time>', help.fault))
    .addOption(setting('--toxiproxy <url>', help.toxiproxy))
    .addOption(repeated('--fault-api <url>', help.faultApi))
    .addOption(setting('--interval <duration>', help.interval))
    .addOption(setting('--drain-timeout <duration>', help.drainTimeout))
    .addOption(setting('--time-scale <factor>', help.timeScale))
    .addOption(setting('--profile <name>', help.profile))
    .addOption(new Option('--config <file>', help.config).env('LAGLINE_CONFIG'))
    .addOption(setting('--out <dir>', help.out))
    .addOption(formats(words));
};

const addRun = (program: Command, words: HelpWords, done: Done): void => {
  const help = words.run;
  addSettings(
    command(program, 'run', help.summary, words).argument('<scenario|script>', help.scenario),
    words,
  )
    .addOption(view(words))
    .addOption(language(words))
    .option('--json', words.json)
    .option('-q, --quiet', words.quiet)
    .addHelpText('after', `\n${help.examples}${runExamples}`)
    .action(async (scenario: string, flags) =>
      done(await (await import('./commands/run.ts')).runCommand(scenario, flags)),
    );
};

const addConfig = (program: Command, words: HelpWords, done: Done): void => {
  const config = command(program, 'config', words.config.summary, words);
  addSettings(command(config, 'print', words.config.print, words), words)
    .option('--json', words.json)
    .action(async (flags, self: Command) => {
      const given = { values: flags, sourceOf: (option: string) => self.getOptionValueSource(option) };
      done(await (await import('./commands/config-print.ts')).configPrintCommand(given, flags));
    });
};

const runExamples = `
  lagline run ./orders.js --brokers localhost:9092 --group orders --threshold 'kafka_drain=value<60s'
  lagline run peak --target http://localhost:8080 --brokers localhost:9092 --group coupon-issuer \\
    --threshold 'kafka_lag{group:coupon-issuer}=max<5000' --threshold 'http_req_duration=p(95)<500'
  lagline run ./orders.js --toxiproxy http://127.0.0.1:8474 --fault 'postgres.latency=200ms@20s-60s' --fault 'redis.down@70s-75s'`;

const addReconstruct = (program: Command, words: HelpWords, done: Done): void => {
  const help = words.reconstruct;
  command(program, 'reconstruct', help.summary, words)
    .option('--brokers <list>', words.run.brokers)
    .option('--kafka-config <file>', words.run.kafkaConfig)
    .addOption(repeated('--group <name>', help.group))
    .addOption(repeated('--topic <name>', help.topic))
    .requiredOption('--from <time>', help.from)
    .option('--to <time>', help.to)
    .option('--step <duration>', help.step)
    .addOption(setting('--prometheus <url>', words.run.prometheus))
    .option('--query <id=promql>', help.query, collect, [])
    .option('--threshold <metric=expression>', help.threshold, collect, [])
    .addOption(new Option('--config <file>', words.run.config).env('LAGLINE_CONFIG'))
    .addOption(setting('--out <dir>', words.run.out))
    .addOption(formats(words))
    .addOption(language(words))
    .option('--json', words.json)
    .option('-q, --quiet', words.quiet)
    .addHelpText('after', `\n${words.run.examples}${reconstructExamples}`)
    .action(async (flags) =>
      done(await (await import('./commands/reconstruct.ts')).reconstructCommand(flags)),
    );
};

const reconstructExamples = `
  lagline reconstruct --brokers localhost:9092 --group orders --from -2h
  lagline reconstruct --brokers localhost:9092 --group orders --topic invoices \\
    --from 2026-03-14T14:00:00+09:00 --to 2026-03-14T15:30:00+09:00 --prometheus http://localhost:9090 --query 'heap=process_resident_memory_bytes'`;

const addReport = (program: Command, words: HelpWords, done: Done): void => {
  command(program, 'report', words.report.summary, words)
    .argument('[run...]', words.report.runs)
    .option('--k6-summary <file...>', words.report.k6Summary)
    .option('--check <file>', words.report.check)
    .option('--threshold <metric=expression>', words.report.threshold, collect, [])
    .option('--out <dir>', words.report.out)
    .addOption(new Option('--kind <kind>', words.report.kind).choices(['incident', 'load-test']))
    .addOption(formats(words))
    .addOption(language(words))
    .option('--json', words.json)
    .action(async (runs: string[], { check, ...flags }, self: Command) => {
      if (check === undefined) {
        done(await (await import('./commands/report.ts')).reportCommand(runs, flags));
        return;
      }
      const given = (option: string): boolean => self.getOptionValueSource(option) === 'cli';
      const { checkCommand } = await import('./commands/check.ts');
      done(await checkCommand(check, runs, { ...flags, refused: ['format', 'kind'].filter(given) }));
    });
};

const addGate = (program: Command, words: HelpWords, done: Done): void => {
  command(program, 'gate', words.gate.summary, words)
    .argument('<run>', words.gate.run)
    .option('--threshold <metric=expression>', words.gate.threshold, collect, [])
    .addOption(language(words))
    .option('--json', words.json)
    .action(async (run: string, flags) =>
      done(await (await import('./commands/gate.ts')).gateCommand(run, flags)),
    );
};

const addWatch = (program: Command, words: HelpWords, done: Done): void => {
  const help = words.watch;
  command(program, 'watch', help.summary, words)
    .option('--brokers <list>', words.run.brokers)
    .option('--kafka-config <file>', words.run.kafkaConfig)
    .option('--group <pattern>', help.group, collect, [])
    .option('--topic <pattern>', help.topic, collect, [])
    .option('--interval <duration>', help.interval)
    .option('--window <duration>', help.window)
    .option('--count <number>', help.count)
    .option('--config <file>', words.run.config)
    .addOption(view(words))
    .addOption(language(words))
    .option('--json', help.json)
    .action(async (flags) => done(await (await import('./commands/watch.ts')).watchCommand(flags)));
};

const addPlan = (program: Command, words: HelpWords, done: Done): void => {
  const help = words.plan;
  command(program, 'plan', help.summary, words)
    .argument('<run>', help.run)
    .option('--consumers <count>', help.consumers)
    .option('--concurrency <count>', help.concurrency)
    .option('--drain-within <duration>', help.drainWithin)
    .option('--load-factor <factor>', help.loadFactor)
    .option('--peak-rate <perSecond>', help.peakRate)
    .option('--per-message-ms <ms>', help.perMessageMs)
    .option('--group <name>', help.group)
    .option('--topic <name>', help.topic)
    .option('--picture <file>', help.picture)
    .addOption(language(words))
    .option('--json', words.json)
    .action(async (run: string, flags) =>
      done(await (await import('./commands/plan.ts')).planCommand(run, flags)),
    );
};

const addStack = (program: Command, words: HelpWords, done: Done): void => {
  const help = words.stack;
  const stack = command(program, 'stack', help.summary, words);
  const sub = (name: string, summary: string): Command =>
    command(stack, name, summary, words).option('--dir <dir>', help.dir).option('--json', words.json);
  sub('up', help.up)
    .option('--full', help.full)
    .option('--faults', help.faults)
    .option('--brokers <list>', help.brokers)
    .addOption(
      new Option('--profile <name>', help.profile).choices(['healthy', 'incident']).default('healthy'),
    )
    .option('--topic <name>', help.topic)
    .option('--group <name>', help.group)
    .option('--stock <count>', help.stock)
    .option('--partitions <count>', help.partitions)
    .option('--workers <count>', help.workers)
    .option('--consumer-rate <perSecond>', help.rate)
    .option('--broker-port <port>', help.brokerPort)
    .option('--service-port <port>', help.servicePort)
    .option('--prometheus-port <port>', help.prometheusPort)
    .option('--redis-port <port>', help.redisPort)
    .option('--postgres-port <port>', help.postgresPort)
    .option('--worker-port <port>', help.workerPort)
    .option('--proxy-port <port>', help.proxyPort)
    .option('-q, --quiet', words.quiet)
    .action(async (flags) => done(await (await import('./commands/stack.ts')).stackUpCommand(flags)));
  sub('down', help.down).action(async (flags) =>
    done(await (await import('./commands/stack.ts')).stackDownCommand(flags)),
  );
  sub('status', help.status).action(async (flags) =>
    done(await (await import('./commands/stack.ts')).stackStatusCommand(flags)),
  );
};

const addCompare = (program: Command, words: HelpWords, done: Done): void => {
  const help = words.compare;
  command(program, 'compare', help.summary, words)
    .argument('[runs...]', help.runs)
    .option('--base <dir...>', help.base)
    .option('--candidate <dir...>', help.candidate)
    .option('--history <dir...>', help.history)
    .option('--newest <runs>', help.newest, '10')
    .option('--allow-different <list>', help.allowDifferent, collect, [])
    .option('--metric <name>', help.metric, collect, [])
    .option('--min-effect <share>', help.minEffect, '5%')
    .option('--alpha <share>', help.alpha, '0.05')
    .addOption(
      new Option('--format <format>', help.format).choices(['text', 'md', 'pr-comment']).default('text'),
    )
    .option('--out <dir>', help.out)
    .addOption(language(words))
    .option('--json', words.json)
    .action(async (runs: string[], { base = [], candidate = [], history, newest, ...flags }) => {
      if (history !== undefined) {
        const { compareHistoryCommand } = await import('./commands/compare-history.ts');
        const given = [...runs, ...base, ...candidate];
        return done(await compareHistoryCommand({ ...flags, history, newest, given }));
      }
      const { compareCommand, splitSides } = await import('./commands/compare.ts');
      const sides = splitSides(runs, process.argv);
      return done(
        await compareCommand({
          ...flags,
          base: [...base, ...sides.base],
          candidate: [...candidate, ...sides.candidate],
        }),
      );
    });
};

const addDoctor = (program: Command, words: HelpWords, done: Done): void => {
  command(program, 'doctor', words.doctor.summary, words)
    .option('--json', words.json)
    .action(async (flags) => done(await (await import('./commands/doctor.ts')).doctorCommand(flags)));
};

const addInit = (program: Command, words: HelpWords, done: Done): void => {
  const help = words.init;
  command(program, 'init', help.summary, words)
    .argument('[scenario|script]', words.run.scenario)
    .option('--target <url>', words.run.target)
    .option('--brokers <list>', words.run.brokers)
    .option('--group <name>', words.run.group, collect, [])
    .option('--topic <name>', words.run.topic, collect, [])
    .option('--prometheus <url>', words.run.prometheus)
    .option('--config <file>', help.config)
    .addOption(new Option('--lang <lang>', help.lang).choices(['ko', 'en']).default('ko').env('LAGLINE_LANG'))
    .action(async (scenario: string | undefined, flags) =>
      done((await import('./commands/init.ts')).initCommand(scenario, flags)),
    );
};

const addCompletion = (program: Command, words: HelpWords, done: Done): void => {
  command(program, 'completion', words.completion.summary, words)
    .argument('<shell>', words.completion.shell)
    .action(async (shell: string) =>
      done((await import('./commands/completion.ts')).completionCommand(shell, program)),
    );
};
